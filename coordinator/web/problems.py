"""Errors as answers: RFC 9457 problem documents, one shape, naming the field and the value."""

import json
from collections.abc import Sequence
from typing import Any

import msgspec
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from schemas.bounds import spelled_out
from schemas.said import Said
from words.catalogue import HOLE, Catalogue, Language, current, language_of

_SHOWN = 200
ERRORS_MAX = 20
"""As many errors of one document are told, and how many more there are."""
_in_parts = json.JSONEncoder(ensure_ascii=False, default=str).iterencode


class Problem(Exception):
    """An answer other than the one hoped for; raised anywhere below a route."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: list[dict[str, Any]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors or []
        self.headers = headers or {}

    def response(self, language: Language = "en") -> JSONResponse:
        """Return the answer, worded for its reader; codes and parameters stand beside the words."""
        words = current()
        errors = [_worded(it, language, words) for it in self.errors]
        title = words.groups[language]["problems"].get(self.code, self.code)
        # What went wrong in detail is for who sends by program, and in English.
        detail = self.detail if language == "en" else f"{title}（{self.detail}）"
        return JSONResponse(
            {
                "type": f"urn:coordinator:problem:{self.code}",
                "title": title,
                "status": self.status,
                "detail": _detail(errors[0]) if errors else detail,
                "errors": errors,
            },
            status_code=self.status,
            media_type="application/problem+json",
            headers={"Content-Language": language, **self.headers},
        )


def _worded(error: dict[str, Any], language: Language, words: Catalogue) -> dict[str, Any]:
    said = error.get("said")
    if isinstance(said, Said):
        return {**error, "reason": words.say(said, language), "said": msgspec.to_builtins(said)}
    template = words.groups[language]["field_errors"].get(str(error.get("code")))
    if template is None:
        return error
    given = error.get("parameters", {})
    return {**error, "reason": HOLE.sub(lambda it: str(given.get(it[1], it[0])), template)}


def _detail(first: dict[str, Any]) -> str:
    about = "" if first["field"] == "-" else f"{first['field']}: "
    value = first.get("value")
    return f"{about}{first['reason']}" + ("" if value in (None, "-") else f" ({value})")


def bad_fields(error: ValidationError) -> list[dict[str, Any]]:
    """Return the first fields that are wrong, their values, and why: pydantic's code and limits."""
    found = error.errors(include_url=False)
    first = [_bad_field(detail, detail["loc"]) for detail in found[:ERRORS_MAX]]
    return capped(first, len(found))


def _bad_field(detail: Any, loc: Sequence[object]) -> dict[str, Any]:
    return {
        "field": shown(".".join(str(part) for part in loc)) or "-",
        "value": value_of(detail),
        "reason": detail["msg"],
        "code": detail["type"],
        "parameters": {name: _limit(it) for name, it in detail.get("ctx", {}).items()},
    }


def value_of(detail: Any) -> str:
    """Return the value that is wrong; pydantic gives for one that is missing all around it."""
    return "-" if detail["type"] == "missing" else shown(detail.get("input"))


def _limit(value: object) -> object:
    """Return a limit as it is told: a whole number without a fraction, all else as text."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int | float) else shown(value)


def capped(first: list[dict[str, Any]], of: int) -> list[dict[str, Any]]:
    """Return the first errors, and after them, where there were more, how many."""
    if of <= len(first):
        return first
    more = of - len(first)
    told = {"code": "more_errors", "parameters": {"count": more}}
    return [*first, {"field": "-", "value": "-", "reason": f"and {more} more errors", **told}]


def shown(value: object) -> str:
    """Return a value short enough to show, in characters that an answer can hold."""
    if isinstance(value, str):
        return spelled_out(value[:_SHOWN])
    try:
        text = ""
        for part in _in_parts(value):  # A value may be a whole document.
            text += part[:_SHOWN]
            if len(text) >= _SHOWN:
                break
        return spelled_out(text[:_SHOWN])
    except ValueError:
        return spelled_out(str(value)[:_SHOWN])


def not_valid(errors: list[dict[str, Any]]) -> Problem:
    return Problem(422, "not_valid", _detail(errors[0]), errors=errors)


def _bad_request(detail: dict[str, Any]) -> dict[str, Any]:
    if detail["type"] == "json_invalid":
        reason = detail["ctx"]["error"]
        told = {"code": "json_invalid", "parameters": {"error": reason}}
        return {"field": "-", "value": "-", "reason": reason, **told}
    return _bad_field(detail, detail["loc"][1:])


def defect() -> Problem:
    return Problem(500, "defect", "The coordinator failed; the log says how.")


def answer_problem(request: Request, error: Exception) -> JSONResponse:
    """Turn whatever went wrong into a problem document, in the language the reader asks for."""
    return _problem_of(error).response(asked_language(request))


def asked_language(request: Request) -> Language:
    return language_of(request.headers.get("accept-language"))


def _problem_of(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestValidationError):
        found = error.errors()
        first = [_bad_request(detail) for detail in found[:ERRORS_MAX]]
        return not_valid(capped(first, len(found)))
    if isinstance(error, HTTPException):
        code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "http_error")
        return Problem(error.status_code, code, str(error.detail))
    return defect()
