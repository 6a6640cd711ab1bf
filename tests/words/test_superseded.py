"""The Chinese of the pages is that of a repair-command desk: one word for one thing.

Each wording here once stood on a page and misled somebody, or is not what the trade says.
"""

import json
import re
from pathlib import Path

import pytest

from words.catalogue import of_this_program

ROOT = Path(__file__).resolve().parent.parent.parent
HAN = re.compile("[\u4e00-\u9fff]")
SUPERSEDED = {
    # People and desks.
    "调度员": "指挥值班员", "调度台": "抢修指挥席", "指挥员": "现场指挥长",
    "建立指挥": "成立现场指挥部",
    "接入系统": "外部系统", "控制室": "指挥中心", "后备": "预备队", "备勤": "备班",
    "当班": "值班",
    "未值班": "不在班", "不当班": "不在班",
    # Outages, orders, promises.
    "上报停电": "登记停电", "报告并入": "报修并入", "报告撤销": "停电信息消除",
    "合并事件": "工单合并",
    "抢修到场": "抢修人员到达现场", "受控": "已控制", "已关闭": "已办结", "关闭事件": "回访办结",
    "兑现": "按时完成", "承诺超时": "超时限", "首次到场解决": "一次修好",
    # Grades, warnings, what goes up.
    "一般故障": "未达等级", "损失负荷": "减供负荷", "地级市": "其他设区的市",
    "发布预警": "预警生效",
    "预警更新": "预警调整", "备战": "预警行动", "终报": "详报", "核实报": "核报",
    "报告到期": "待报送",
    "洪水": "洪涝", "冰冻": "低温冷冻", "大雨": "暴雨",
    # Units and calls.
    "召集": "调集", "集合点": "集结点", "解散": "撤回", "拒绝": "不能出动", "被拒": "未受理",
    "释放": "解除任务", "放行": "同意返回", "生病": "身体不适", "不具备资质": "资质不符",
    "空闲": "待命",
    "可用人员": "可派人员", "已有任务": "任务中", "外借": "支援在外", "疲劳": "连续工作时间",
    "已证最优": "最优", "值班空缺": "值班缺口", "空缺检查": "值班缺口检查",
    # Escalation, roll calls, help, silent calls.
    "逐级上报": "逐级催办", "升级": "逐级催办", "逐级未果": "逐级催办无人应答",
    "升级耗尽": "各级均无人接手", "邻区": "邻近单位", "兄弟单位": "邻近单位",
    "相邻单位": "邻近单位", "点名": "清点人数", "失联": "未应答",
    "有人身危险": "人身伤害风险", "签到": "定时汇报", "可联系性": "通联测试",
    "静默演练": "通联测试", "通信测试": "通联测试",
    # Safety of work, equipment.
    "安措": "安全措施", "倒闸操作": "停电操作", "停工": "停止作业", "完工": "工作终结",
    "特批": "例外批准",
    "吊装": "起重", "砍树": "清障", "发电机组": "应急发电机", "带电作业车": "绝缘斗臂车",
    "安全监护": "安全监督",
    # Guaranteed power.
    "指挥所": "指挥部", "勘察": "用电安全检查", "方案归档": "方案备案",
    "发电机已试": "发电车已试",
    "应急发电\"": "发电车", "无电": "失电",
    # Party work and communities.
    "临时支部": "临时党支部", "申请支部": "请示成立", "批准支部": "批复成立",
    "批准党组织": "上级党组织",
    "任命": "指定", "换届选举": "换届", "支部撤销": "临时党支部自然撤销", "记录表现": "现实表现",
    "支部期限": "临时党支部将期满", "街道吹哨": "社区吹哨", "哨单": "社区吹哨",
    "报到退回": "退回认领",
    "单位结对\"": "单位结对社区", "宣传服务": "宣传引导服务", "应急支援": "应急攻坚服务",
    "志愿帮扶": "社区志愿服务", "包户": "包保", "结对户": "包保对象",
    "无人照管": "暂无包保责任人",
    # Mutual aid, violations.
    "会话": "支援事项", "请求方": "受援方", "派出方": "支援方", "归还\"": "召回",
    "谢绝": "暂无力量支援",
    "严重Ⅰ类": "Ⅰ类严重", "严重Ⅱ类": "Ⅱ类严重", "严重Ⅲ类": "Ⅲ类严重",
    # The inside of the machine.
    "信号": "操作", "事实": "记录事项", "策略": "规则", "政策": "规则", "死信": "待核报文",
    "令牌": "授权码", "屏障": "系统标记", "归属声明": "系统标记", "信封": "记录头",
    "哈希": "校验值",
}  # fmt: skip
"""Wrong → right; a closing quotation mark says that the wording ends the text."""
RIGHT_WITH_IT = ("家中仍无电", "车辆归还", "没有信号", "请求方法", "哈希链")
"""Words that hold one of the wrong ones, and are right."""


def wrong_in(text: str) -> set[str]:
    """Return each superseded wording that stands in the text."""
    for right in RIGHT_WITH_IT:
        text = text.replace(right, "")
    return {it for it in SUPERSEDED if it in text}


def chinese() -> dict[str, str]:
    found: dict[str, str] = {}
    for name, content in of_this_program().held.items():
        if name.startswith("zh/"):
            found |= {f"{name} {key}": text for key, text in json.loads(content).items()}
    return found


def test_no_superseded_wording_is_left_in_the_catalogues() -> None:
    left = {key: found for key, text in chinese().items() if (found := wrong_in(f'"{text}"'))}

    assert left == {}


@pytest.mark.parametrize(
    "path",
    [
        ROOT / "README.zh.md",
        *sorted((ROOT / "docs").glob("*.md")),
        *sorted((ROOT / "coordinator" / "web" / "static").rglob("*.html")),
        *sorted((ROOT / "coordinator" / "web" / "static").rglob("*.js")),
    ],
    ids=lambda it: str(it.relative_to(ROOT)),
)
def test_no_superseded_wording_is_left_beside_the_catalogues(path: Path) -> None:
    assert wrong_in(path.read_text(encoding="utf-8")) == set()


def test_a_superseded_wording_is_found_and_the_right_one_is_not_called_wrong() -> None:
    assert wrong_in("三人失联") == {"失联"}
    assert wrong_in('"无电"') == {"无电"}
    for right in set(SUPERSEDED.values()):
        assert HAN.search(right)
        assert wrong_in(f'"{right}"') == set(), right
