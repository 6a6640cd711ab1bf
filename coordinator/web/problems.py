"""Errors as answers: RFC 9457 problem documents, one shape, naming the field and the value."""

import json
from collections.abc import Sequence
from typing import Any, Final

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from coordinator.documents import BadDocument
from schemas.bounds import spelled_out
from schemas.said import Said
from schemas.sentences import answers, faults
from words.catalogue import Language, current, language_of
from words.faults import Fault, documents_of, parameters_of, said_of

_SHOWN = 200
ERRORS_MAX = 20
"""As many errors of one document are told, and how many more there are."""
_SAID_BY: Final = {
    "not_found": answers.NOTHING_AT_ADDRESS,
    "method_not_allowed": answers.METHOD_NOT_TAKEN,
}
_in_parts = json.JSONEncoder(ensure_ascii=False, default=str).iterencode


class Problem(Exception):
    """An answer other than the one hoped for; raised anywhere below a route."""

    def __init__(  # noqa: PLR0913 - what it is, what is wrong, and what goes with it
        self,
        status: int,
        code: str,
        said: Said,
        *,
        field: str = "",
        errors: Sequence[Fault] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        """Take what to answer.

        Args:
            status: of HTTP.
            code: what kind of problem it is; its title stands in `problems.json`.
            said: what is wrong.
            field: of the request, where it is one.
            errors: faults of the document; the first is told instead of `said`.
            headers: further ones of the answer.
        """
        self.status = status
        self.code = code
        self.said = said
        self.field = field
        self.errors = errors
        self.headers = headers or {}
        super().__init__(self.detail("en"))

    def detail(self, language: Language) -> str:
        """Return what is wrong, as one line."""
        if self.errors:
            return self.errors[0].told(language)
        about = f"{self.field}: " if self.field else ""
        return about + current().say(self.said, language)

    def to_document(self, language: Language) -> dict[str, Any]:
        """Return what is wrong and all errors, worded for their reader."""
        said = self.errors[0].said if self.errors else self.said
        return {
            "detail": self.detail(language),
            "said": {"code": said.code, "parameters": parameters_of(said)},
            "errors": documents_of(self.errors, language),
        }

    def response(self, language: Language = "en") -> JSONResponse:
        """Return the answer, worded for its reader; codes and parameters stand beside the words."""
        return JSONResponse(
            {
                "type": f"urn:coordinator:problem:{self.code}",
                "title": current().groups[language]["problems"].get(self.code, self.code),
                "status": self.status,
                **self.to_document(language),
            },
            status_code=self.status,
            media_type="application/problem+json",
            headers={"Content-Language": language, **self.headers},
        )


def bad_fields(error: ValidationError) -> list[Fault]:
    """Return the first fields that are wrong, their values, and why: pydantic's code and limits."""
    found = error.errors(include_url=False)
    first = [_bad_field(detail, detail["loc"]) for detail in found[:ERRORS_MAX]]
    return capped(first, len(found))


def _bad_field(detail: Any, loc: Sequence[object]) -> Fault:
    field = shown(".".join(str(part) for part in loc)) or "-"
    return Fault(field, value_of(detail), said_of(detail))


def value_of(detail: Any) -> str:
    """Return the value that is wrong; pydantic gives for one that is missing all around it."""
    return "-" if detail["type"] == "missing" else shown(detail.get("input"))


def capped(first: list[Fault], of: int) -> list[Fault]:
    """Return the first errors, and after them, where there were more, how many."""
    if of <= len(first):
        return first
    return [*first, Fault("-", "-", faults.more_errors(of - len(first)))]


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


def not_valid(errors: Sequence[Fault]) -> Problem:
    return Problem(422, "not_valid", answers.FIELDS_NOT_VALID, errors=errors)


def wrong(field: str, value: object, said: Said) -> Problem:
    """Return the 422 of one field that is wrong; `-` as value shows none."""
    return not_valid([Fault(field, shown(value), said)])


def _bad_request(detail: dict[str, Any]) -> Fault:
    if detail["type"] == "json_invalid":
        # Of the bounded parser, whose error says it by a code.
        error = detail["ctx"].get("error")
        if isinstance(error, BadDocument):
            return Fault(shown(error.field), "-", error.said)
        return Fault("-", "-", faults.NOT_JSON)
    return _bad_field(detail, detail["loc"][1:])


def defect() -> Problem:
    return Problem(500, "defect", answers.COORDINATOR_FAILED)


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
        return Problem(
            error.status_code, code, _SAID_BY.get(code) or answers.http_says(error.detail)
        )
    return defect()
