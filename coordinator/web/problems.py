"""Errors as answers: RFC 9457 problem documents, one shape, naming the field and the value."""

import json
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from schemas.bounds import spelled_out

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

    def response(self) -> JSONResponse:
        return JSONResponse(
            {
                "type": f"urn:coordinator:problem:{self.code}",
                "title": self.code.replace("_", " "),
                "status": self.status,
                "detail": self.detail,
                "errors": self.errors,
            },
            status_code=self.status,
            media_type="application/problem+json",
            headers=self.headers,
        )


def bad_fields(error: ValidationError) -> list[dict[str, Any]]:
    """Return the first fields that are wrong, their values, and why, in words."""
    found = error.errors(include_url=False, include_context=False)
    return capped(
        [
            {
                "field": shown(".".join(str(part) for part in detail["loc"])) or "-",
                "value": shown(detail.get("input")),
                "reason": detail["msg"],
            }
            for detail in found[:ERRORS_MAX]
        ],
        len(found),
    )


def capped(first: list[dict[str, Any]], of: int) -> list[dict[str, Any]]:
    """Return the first errors, and after them, where there were more, how many."""
    if of <= len(first):
        return first
    reason = f"and {of - len(first)} more errors"
    return [*first, {"field": "-", "value": "-", "reason": reason}]


def shown(value: object) -> str:
    """Return a value short enough to show, in characters that an answer can hold."""
    if isinstance(value, str):
        return spelled_out(value[:_SHOWN])
    try:
        text = ""
        for part in _in_parts(value):  # A field that is missing shows all that stands around it.
            text += part[:_SHOWN]
            if len(text) >= _SHOWN:
                break
        return spelled_out(text[:_SHOWN])
    except ValueError:
        return spelled_out(str(value)[:_SHOWN])


def not_valid(errors: list[dict[str, Any]]) -> Problem:
    first = errors[0]
    detail = f"{first['field']}: {first['reason']} (got {first['value']!r})"
    return Problem(422, "not_valid", detail, errors=errors)


def _bad_request(detail: dict[str, Any]) -> dict[str, Any]:
    if detail["type"] == "json_invalid":
        return {"field": "-", "value": "-", "reason": detail["ctx"]["error"]}
    return {
        "field": shown(".".join(str(part) for part in detail["loc"][1:])) or "-",
        "value": shown(detail.get("input")),
        "reason": detail["msg"],
    }


def defect() -> Problem:
    return Problem(500, "defect", "The coordinator failed; the log says how.")


def answer_problem(request: Request, error: Exception) -> JSONResponse:
    """Turn whatever went wrong into a problem document."""
    if isinstance(error, Problem):
        return error.response()
    if isinstance(error, RequestValidationError):
        found = error.errors()
        first = [_bad_request(detail) for detail in found[:ERRORS_MAX]]
        return not_valid(capped(first, len(found))).response()
    if isinstance(error, HTTPException):
        code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "http_error")
        return Problem(error.status_code, code, str(error.detail)).response()
    return defect().response()
