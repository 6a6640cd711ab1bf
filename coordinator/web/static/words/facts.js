// Every fact and every signal in a few words, as they stand in lists of records. English is the
// domain's own name; only Chinese has to be said here.
const FACTS = {
  incident_opened: "事件受理", report_joined: "报告并入", report_duplicated: "重复报告", incident_updated: "事件更新", report_withdrawn: "报告撤销",
  incident_graded: "事件定级", recurrence_forgotten: "复发窗口结束", priority_raised: "提升优先级", promise_made: "作出承诺", promise_kept: "承诺兑现",
  promise_broken: "承诺超时", promise_dropped: "承诺取消", promise_met_late: "超时兑现", promise_lapsed: "复电后承诺不再适用", promise_explained: "说明超时原因", promise_corrected: "承诺更正", incidents_merged: "事件合并",
  incident_split: "事件拆分", owner_handed_over: "首问责任移交", incident_responded: "人员出动", crew_arrived: "抢修到场", incident_controlled: "事件受控",
  incident_restored: "恢复供电", incident_reopened: "事件重开", incident_closed: "事件关闭", incident_reviewed: "事件复盘", incident_filed: "事件归档",
  alert_linked: "关联预警", response_activated: "启动响应", response_terminated: "终止响应", response_filed: "响应归档", report_fell_due: "报告到期", report_sent: "报告已报",
  assignment_offered: "通知队员", assignment_acknowledged: "队员已查看", assignment_accepted: "队员接受", assignment_declined: "队员拒绝", assignment_expired: "队员未应答",
  member_en_route: "队员途中", member_on_scene: "队员到场", assignment_done: "任务完成", assignment_aborted: "任务中止", assignment_released: "队员释放",
  answer_overdue: "应答超时", arrival_overdue: "到场超时", late_answer_recorded: "补记应答", late_fact_joined: "补记事实",
  escalation_started: "开始逐级上报", escalation_step_taken: "上报一级", escalation_step_skipped: "跳过一级", escalation_paused: "上报暂停", escalation_resumed: "上报恢复",
  escalation_stopped: "上报停止", escalation_exhausted: "逐级未果", late_acknowledgement_recorded: "补记接手", notice_raised: "发出通知", signal_refused: "信号被拒", rule_warned: "规则提醒",
  jurisdiction_founded: "辖区建立", roster_changed: "名册变更", shift_taken_over: "顶班", shifts_turned: "换班", roster_gap_found: "发现值班空缺", gaps_checked: "空缺检查",
  leave_conflict_found: "请假冲突", leave_planned: "安排请假", availability_changed: "可用状态变更", device_changed: "手机变更", policy_adopted: "采用策略",
  unit_called: "召集突击队", unit_proposed: "提出方案", proposal_awaited: "等待方案", proposal_rejected: "方案被拒", unit_formed: "突击队组成", unit_short: "突击队缺员", unit_reinforced: "突击队补员",
  relief_started: "开始轮换", relieved_after_work: "收工后轮换", role_taken_over: "岗位接替", unit_stood_down: "突击队解散", unit_filed: "突击队归档", resource_committed: "车辆派出", resource_freed: "车辆释放", resource_service_changed: "车辆状态变更",
  whistle_blown: "街道吹哨", whistle_claimed: "党员报到", whistle_given_back: "报到退回", member_reported_in: "现场签到", whistle_unanswered: "哨单无人应", whistle_done: "哨单办结", whistle_withdrawn: "哨单撤回",
  posting_begun: "社区报到", posting_ended: "报到结束", ward_taken: "结对包户", ward_visited: "走访", ward_visit_missed: "走访逾期", ward_ended: "包户结束",
  violation_recorded: "登记违章", violation_withdrawn: "违章撤销", violation_lapsed: "记分失效", member_taken_off_post: "待岗", member_readmitted: "返岗",
  aid_opened: "请求支援", aid_answered: "支援答复", aid_committed: "支援派出", aid_arrived: "支援到达", aid_return_wanted: "要求归还", aid_released: "支援释放", aid_returned: "支援归建",
  aid_cancelled: "支援取消", aid_message_sent: "支援消息发出", aid_message_heard: "支援消息收到",
  task_planned: "安排作业", interlock_confirmed: "安措确认", interlock_withdrawn: "安措撤回", work_started: "开工", work_stopped: "停工", work_finished: "完工", supply_reported_back: "作业中报送电", safety_overridden: "特批放行",
  weather_changed: "天气变化", fatigue_watched: "疲劳监测", fatigue_watch_ended: "疲劳监测结束", fatigue_limit_reached: "达到疲劳上限",
  operation_opened: "保电任务启动", preparation_recorded: "准备工作", guard_posted: "安排值守", posts_turned: "值守轮换", guard_started: "开始值守", checked_in: "签到", check_in_missed: "未按时签到",
  guarded_site_hit: "保电点受影响", interruption_started: "供电中断", interruption_ended: "供电恢复", operation_concluded: "任务总结", operation_cancelled: "任务取消",
  site_supply_changed: "用户供电变化", site_running_out: "电源将耗尽", site_linked: "关联重要用户", site_unlinked: "解除关联",
  command_established: "建立指挥", command_transferred: "移交指挥", command_ended: "结束指挥", objective_set: "设定目标", objective_met: "目标达成", objective_dropped: "目标放弃", objective_overdue: "目标超时",
  roll_call_scheduled: "安排点名", roll_call_not_needed: "无需点名", roll_call_opened: "开始点名", roll_answered: "点名应答", roll_call_missed: "点名未到", roll_call_closed: "点名结束",
  help_called: "求助", help_resolved: "求助已处理", branch_due: "应建临时支部", branch_requested: "申请支部", branch_approved: "支部成立", branch_refused: "支部未批",
  branch_officers_named: "任命班子", branch_joined: "加入支部", branch_left: "离开支部", branch_post_given: "设岗定责", branch_activity_held: "支部活动", conduct_recorded: "记录表现",
  branch_term_near: "支部期限将至", branch_dissolved: "支部撤销", alert_raised: "发布预警", alert_updated: "预警更新", alert_repeated: "预警重复", cancel_remembered: "记住解除", cancel_forgotten: "解除失效",
  alert_ended: "预警解除", readiness_changed: "备战状态变更",
};
const SIGNALS = {
  outage_reported: "上报停电", outage_updated: "更新报告", outage_gone: "报告撤销", extent_reported: "影响范围", merge_incidents: "合并事件", split_incident: "拆分事件",
  control_incident: "报告受控", restore_incident: "报告复电", close_incident: "关闭事件", review_incident: "复盘", reopen_incident: "重新打开", hand_over_incident: "移交责任",
  explain_promise: "说明原因", link_alert: "关联预警", activate_response: "启动响应", terminate_response: "终止响应", report_sent: "报告已报", site_supply_changed: "用户供电状态",
  alert_received: "收到预警", cancel_alert: "解除预警", call_muster: "召集突击队", muster_proposed: "编组方案", confirm_proposal: "确认方案", refuse_proposal: "拒绝方案", call_relief: "安排轮换",
  stand_down_unit: "解散突击队", resource_state_changed: "车辆状态", acknowledge_assignment: "已查看", accept_assignment: "接受任务", decline_assignment: "拒绝任务", depart: "出发", arrive: "到场",
  finish_assignment: "完成任务", abort_assignment: "中止任务", release_member: "释放队员", escalate_to: "直接升级", acknowledge_escalation: "接手", import_roster: "导入名册", take_over_shift: "顶班",
  plan_leave: "安排请假", change_availability: "可用状态", register_device: "登记手机", adopt_policy: "采用策略", request_branch: "申请支部", approve_branch: "批准支部", refuse_branch: "不批支部",
  name_branch_officers: "任命班子", give_branch_post: "设岗定责", hold_branch_activity: "支部活动", report_conduct: "记录表现", dissolve_branch: "撤销支部", open_operation: "启动保电",
  report_preparation: "准备工作", post_guard: "安排值守", start_guard: "开始值守", check_in: "签到", supply_interrupted: "供电中断", plan_work_on_supply: "计划线路工作", conclude_operation: "总结任务",
  cancel_operation: "取消任务", establish_command: "建立指挥", transfer_command: "移交指挥", end_command: "结束指挥", set_objective: "设定目标", meet_objective: "目标达成", drop_objective: "放弃目标",
  call_roll: "点名", answer_roll: "点名应答", call_help: "求助", resolve_help: "处理求助", plan_task: "安排作业", confirm_interlock: "确认安措", withdraw_interlock: "撤回安措", start_work: "开工",
  pause_work: "停工", finish_work: "完工", override_safety: "特批放行", weather_reported: "天气报告", call_aid: "请求支援", answer_aid: "答复支援", commit_aid: "派出支援", record_aid_arrival: "支援到达",
  blow_whistle: "街道吹哨", claim_whistle: "党员报到", give_back_whistle: "退回报到", report_in: "现场签到", finish_whistle: "办结", withdraw_whistle: "撤回", post_member: "社区报到", end_posting: "结束报到",
  take_ward: "结对包户", visit_ward: "走访", end_ward: "结束包户", record_violation: "登记违章", withdraw_violation: "撤销违章", readmit_member: "返岗",
  release_aid: "释放支援", record_aid_return: "支援归建", call_aid_return: "要求归还", withdraw_aid: "撤回支援", aid_requested: "邻区请求支援", aid_responded: "邻区答复", aid_committed: "邻区派出",
  aid_arrived: "支援已到", aid_released: "支援已释放", aid_returned: "支援已归建", aid_return_requested: "邻区要求归还", aid_cancelled: "支援已取消", aid_heard: "支援消息回执", deadline_passed: "期限已到",
};

const said = (group, words) => Object.entries(words).map(([name, zh]) => [`${group}_${name}`, [name.replaceAll("_", " "), zh]]);

/** `event_<type>` for facts, `said_<type>` for signals. */
export const words = Object.fromEntries([...said("event", FACTS), ...said("said", SIGNALS)]);
