"""What is wrong with a field of what came in: by the edge, rosters, feeds and policies.

Those that pydantic finds have its codes and the names of its limits.
"""

from typing import Final

from schemas.said import Ids, Number, Typed, plain, sentence

MISSING: Final = plain("missing")
EXTRA_FORBIDDEN: Final = plain("extra_forbidden")
STRING_TYPE: Final = plain("string_type")
INT_TYPE: Final = plain("int_type")
INT_PARSING: Final = plain("int_parsing")
INT_FROM_FLOAT: Final = plain("int_from_float")
INT_PARSING_SIZE: Final = plain("int_parsing_size")
FLOAT_TYPE: Final = plain("float_type")
FLOAT_PARSING: Final = plain("float_parsing")
FINITE_NUMBER: Final = plain("finite_number")
BOOL_TYPE: Final = plain("bool_type")
BOOL_PARSING: Final = plain("bool_parsing")
TUPLE_TYPE: Final = plain("tuple_type")
LIST_TYPE: Final = plain("list_type")
DICT_TYPE: Final = plain("dict_type")
MODEL_TYPE: Final = plain("model_type")
MODEL_ATTRIBUTES_TYPE: Final = plain("model_attributes_type")
MAPPING_TYPE: Final = plain("mapping_type")
TOKEN_TYPED: Final = plain("token_typed")
JSON_TYPE: Final = plain("json_type")
TEXT_NOT_KEPT: Final = plain("text_not_kept")
MARK_TYPED: Final = plain("mark_typed")
FIELD_REPEATED: Final = plain("field_repeated")
NUMBER_OUT_OF_RANGE: Final = plain("number_out_of_range")
CODE_WANTED: Final = plain("code_wanted")
NOT_JSON: Final = plain("not_json")
JSON_CUT_SHORT: Final = plain("json_cut_short")
NOT_UTF8: Final = plain("not_utf8")
NOT_YAML: Final = plain("not_yaml")
JSON_OBJECT_WANTED: Final = plain("json_object_wanted")
NO_TYPE_OF_SIGNAL: Final = plain("no_type_of_signal")
SET_BY_COORDINATOR: Final = plain("set_by_coordinator")
TEXT_WANTED: Final = plain("text_wanted")
LATER_THAN_FROM: Final = plain("later_than_from")
AT_OR_SEQ: Final = plain("at_or_seq")
POLICY_FIELDS_WANTED: Final = plain("policy_fields_wanted")
NO_PUSH_SERVICE: Final = plain("no_push_service")
NOT_ON_THIS_ROSTER: Final = plain("not_on_this_roster")
COLUMN_MISSING: Final = plain("column_missing")
ROWS_MORE_THAN_TAKEN: Final = plain("rows_more_than_taken")
NOT_GZIP: Final = plain("not_gzip")
UNPACKS_TOO_LARGE: Final = plain("unpacks_too_large")
NOT_A_WORKBOOK: Final = plain("not_a_workbook")
NOT_A_PHONE: Final = plain("not_a_phone")
NOT_A_DAY: Final = plain("not_a_day")
NOT_CSV: Final = plain("not_csv")
MORE_CELLS_THAN_COLUMNS: Final = plain("more_cells_than_columns")
NOT_DEGREES: Final = plain("not_degrees")
NOT_LIKE_CERTIFICATES: Final = plain("not_like_certificates")
NOT_OBJECT_OF_LISTS: Final = plain("not_object_of_lists")
TWO_DAMAGES_OF_ONE_ID: Final = plain("two_damages_of_one_id")
NOT_AN_OBJECT: Final = plain("not_an_object")
NO_TEAMS_YET: Final = plain("no_teams_yet")
NUMBER_WANTED: Final = plain("number_wanted")
ONLY_THESE_STATUS: Final = plain("only_these_status")
ONLY_THESE_MESSAGES: Final = plain("only_these_messages")
TOUCHES_NOBODY: Final = plain("touches_nobody")
ENTITIES_REFUSED: Final = plain("entities_refused")
NOT_XML: Final = plain("not_xml")
NOT_CAP: Final = plain("not_cap")
NOT_CAP_VERSION: Final = plain("not_cap_version")
NOT_LAT_LON: Final = plain("not_lat_lon")
NOT_ON_EARTH: Final = plain("not_on_earth")
FEWER_THAN_FOUR: Final = plain("fewer_than_four")
NO_POLYGON: Final = plain("no_polygon")
NO_RADIUS: Final = plain("no_radius")
NO_LOG_OF_NAME: Final = plain("no_log_of_name")
NOT_AN_ID: Final = plain("not_an_id")
NO_SUCH_CHANGE: Final = plain("no_such_change")
NEVER_REPORTED: Final = plain("never_reported")
OUTSIDE_ALL: Final = plain("outside_all")
FEWER_THAN_NONE: Final = plain("fewer_than_none")
STATUS_NOT_KNOWN: Final = plain("status_not_known")
NOT_A_NUMBER: Final = plain("not_a_number")
NOT_A_POSSIBLE_NUMBER: Final = plain("not_a_possible_number")
NOT_A_MOMENT: Final = plain("not_a_moment")
NO_OFFSET: Final = plain("no_offset")
NOT_A_POSSIBLE_MOMENT: Final = plain("not_a_possible_moment")


@sentence
def home_far(km: Number) -> None: ...


@sentence
def string_too_short(min_length: Number) -> None: ...


@sentence
def string_too_long(max_length: Number) -> None: ...


@sentence
def string_pattern_mismatch(pattern: Typed) -> None: ...


@sentence
def greater_than_equal(ge: Number) -> None: ...


@sentence
def less_than_equal(le: Number) -> None: ...


@sentence
def greater_than(gt: Number) -> None: ...


@sentence
def less_than(lt: Number) -> None: ...


@sentence
def literal_error(expected: Typed) -> None: ...


@sentence
def enum(expected: Typed) -> None: ...


@sentence
def const_error(expected: Typed) -> None: ...


@sentence
def too_short(min_length: Number, actual_length: Number) -> None: ...


@sentence
def too_long(max_length: Number, actual_length: Number) -> None: ...


@sentence
def union_tag_invalid(discriminator: Typed, tag: Typed) -> None: ...


@sentence
def union_tag_not_found(discriminator: Typed) -> None: ...


@sentence
def said_not_understood(why: Typed) -> None: ...


@sentence
def more_errors(count: Number) -> None: ...


@sentence
def not_json_at(byte: Number) -> None: ...


@sentence
def not_utf8_at(byte: Number) -> None: ...


@sentence
def nested_too_deep(most: Number) -> None: ...


@sentence
def bytes_more_than(size: Number, most: Number) -> None: ...


@sentence
def not_yaml_in(line: Number) -> None: ...


@sentence
def alias_in(line: Number) -> None: ...


@sentence
def merge_in(line: Number) -> None: ...


@sentence
def values_more_than(most: Number) -> None: ...


@sentence
def policy_values_more_than(most: Number) -> None: ...


@sentence
def items_at_most(most: Number) -> None: ...


@sentence
def unknown_of_many(fields: Number, known: Number) -> None: ...


@sentence
def ids_at_most(most: Number) -> None: ...


@sentence
def there_are(names: Ids) -> None: ...


@sentence
def stretch_has(most: Number) -> None: ...


@sentence
def more_faults(count: Number) -> None: ...


@sentence
def no_such_neighbour(names: Ids) -> None: ...


@sentence
def unknown_list(names: Ids) -> None: ...


@sentence
def no_team_of_number(numbers: Ids) -> None: ...


@sentence
def no_such_damage(after: Typed) -> None: ...


@sentence
def damage_after_itself(after: Typed) -> None: ...


@sentence
def not_a_list_of(most: Number) -> None: ...


@sentence
def stands_already(row: Number) -> None: ...


@sentence
def no_key_for_ids(why: Typed) -> None: ...


@sentence
def names_not_kept(why: Typed) -> None: ...


@sentence
def more_bytes_than(most: Number) -> None: ...


@sentence
def not_xml_at(line: Number, column: Number) -> None: ...


@sentence
def not_one_of(names: Ids) -> None: ...


@sentence
def not_deciding_now(why: Typed) -> None: ...


@sentence
def ladder_repeats_past(repeat_from: Number, last: Number) -> None: ...


@sentence
def not_of_this_kind(kind: Typed) -> None: ...
