"""The command line: footnote serve | ask | index | eval."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from api.adding import Adding
from api.app import create_app
from api.engine import Engine, add_first_reports, open_engine, open_index
from api.schemas import AnswerBody
from api.serving import Server, listen
from api.settings import Settings
from eval import run as evaluation
from index.build import Index
from index.errors import FootnoteError
from index.paths import find_files
from index.progress import ProgressBar
from rag.ask import ask
from rag.errors import BadQuestion
from rag.models import open_models
from rag.types import Answer, Question

ANSWERED, FAILED, WRONG_USE, ABSTAINED = 0, 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code: 0 done or answered, 3 abstained, 2 wrong use, 1 failure."""
    options = _make_parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="footnote: %(message)s")
    try:
        return options.run(options, _read_settings(options))
    except BadQuestion as error:
        return _fail(error, WRONG_USE)
    except ValidationError as error:
        first = error.errors()[0]
        name = "FOOTNOTE_" + str(first["loc"][0]).upper() if first["loc"] else "a setting"
        return _fail(f"{name}: {first['msg']}, got {first['input']!r}", WRONG_USE)
    except BrokenPipeError:
        # The reader of our output has left, as `head` does; nothing more can be said to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except (FootnoteError, OSError) as error:
        return _fail(error, FAILED)
    except KeyboardInterrupt:
        return _fail("interrupted", 130)


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="footnote", description="Answers questions about reports, each answer with a citation that can be checked."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="serve the page and the API")
    serve.add_argument("--host", help="address to listen on (default: FOOTNOTE_HOST or 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on, 0 for a free one (default: FOOTNOTE_PORT or 8000)")
    serve.set_defaults(run=_serve)

    asking = commands.add_parser("ask", help="ask one question; exit 0 if answered, 3 if the reports do not state it")
    asking.add_argument("question")
    asking.add_argument("--json", action="store_true", help="print the answer as the JSON body of the API")
    asking.add_argument("--max-risk", type=float, help="share of wrong answers that you will bear, 0 to 1")
    asking.set_defaults(run=_ask)

    index = commands.add_parser("index", help="add, remove, list, build or verify reports")
    actions = index.add_subparsers(required=True, metavar="ACTION")
    add = actions.add_parser("add", help="add or replace files, all files in folders, or what fits a pattern")
    add.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    add.set_defaults(run=_index_add)
    remove = actions.add_parser("remove", help="withdraw a report")
    remove.add_argument("document_id", metavar="ID")
    remove.set_defaults(run=_index_remove)
    actions.add_parser("list", help="list the reports").set_defaults(run=_index_list)
    actions.add_parser("build", help="build the index again from the kept files").set_defaults(run=_index_build)
    actions.add_parser("verify", help="check every byte against its checksum").set_defaults(run=_index_verify)

    measure = commands.add_parser("eval", help="score the service on questions with known and absent facts")
    evaluation.add_arguments(measure)
    measure.set_defaults(run=_evaluate)
    return parser


def _read_settings(options: argparse.Namespace) -> Settings:
    given = {name: getattr(options, name, None) for name in ("host", "port", "max_risk")}
    return Settings(**{name: value for name, value in given.items() if value is not None})


def _serve(_: argparse.Namespace, settings: Settings) -> int:
    failures: list[FootnoteError] = []
    listener = listen(settings.host, settings.port)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    url = f"http://{host}:{listener.getsockname()[1]}/"

    def open_() -> Engine:
        engine = open_engine(settings, ProgressBar())
        snapshot = engine.snapshot()
        _say(f"ready at {url} with {len(snapshot.documents)} report(s), {len(snapshot.passages)} passages")
        return engine

    def stop(error: FootnoteError) -> None:
        failures.append(error)
        server.should_exit = True

    _say(f"listening at {url}, opening the index")
    server = Server(create_app(settings, open_, stop))
    server.run(sockets=[listener])
    return _fail(failures[0], FAILED) if failures else 0


def _ask(options: argparse.Namespace, settings: Settings) -> int:
    index = _open_index(settings)
    snapshot = index.open()
    answer = ask(Question(options.question, max_risk=settings.max_risk), snapshot, open_models(index.encoder))
    if options.json:
        print(AnswerBody.of(answer, snapshot).model_dump_json(indent=2))
    else:
        _print_answer(answer)
    return ANSWERED if answer.status == "answered" else ABSTAINED


def _print_answer(answer: Answer) -> None:
    if answer.understood != answer.question:
        print(f"Understood as: {answer.understood}\n")
    if answer.status == "abstained":
        print(f"The reports do not state this. {answer.reason}")
        print(f"(reason {answer.reason_code}; confidence of the answer withheld {answer.confidence:.2f})")
        if answer.hits:
            print("Places to look:")
        for hit in answer.hits:
            print(
                f"  {hit.passage.document_id} {hit.passage.start}:{hit.passage.end}  {' > '.join(hit.passage.section)}"
            )
        return
    print(f"{answer.answer}\n\n{answer.statement} [1]\n")
    for number, citation in enumerate(answer.citations, 1):
        place = " > ".join(citation.section) or citation.document_title
        pages = f", page {citation.start_page}" if citation.start_page else ""
        print(f"[{number}] {citation.document_id} {citation.start}:{citation.end}{pages}, {place}")
        print(f"    sha256 of the text {citation.text_sha256}")
    print(f"(confidence {answer.confidence:.2f})")


def _index_add(options: argparse.Namespace, settings: Settings) -> int:
    adding = Adding(find_files(options.paths))
    index = _open_index(settings)
    outcomes = adding.run(index)
    print("\n".join(adding.describe(outcomes, index)))
    return FAILED if any(outcome.state == "rejected" for outcome in outcomes) else 0


def _index_remove(options: argparse.Namespace, settings: Settings) -> int:
    outcome = _open_index(settings).remove(options.document_id, ProgressBar())
    print(f"{outcome.state:<10} {outcome.document_id}")
    return 0


def _index_list(_: argparse.Namespace, settings: Settings) -> int:
    index = _open_index(settings)
    documents = index.open().documents
    for entry in index.library.entries().values():
        print(f"{entry.document_id}  {len(documents[entry.document_id].text):,} characters  {entry.filename}")
    return 0


def _index_build(_: argparse.Namespace, settings: Settings) -> int:
    print(f"snapshot {_open_index(settings).build(ProgressBar())}")
    return 0


def _index_verify(_: argparse.Namespace, settings: Settings) -> int:
    print(f"snapshot {open_index(settings).verify()}: every byte is as its manifest states")
    return 0


def _evaluate(options: argparse.Namespace, settings: Settings) -> int:
    index = open_index(settings) if options.reports else _open_index(settings)
    return evaluation.run(options, index, open_models(index.encoder), settings.max_risk)


def _open_index(settings: Settings) -> Index:
    """Return the index; whichever command comes first on a new data folder adds the reports."""
    index = open_index(settings)
    add_first_reports(index, settings.reports, ProgressBar())
    return index


def _say(line: str) -> None:
    logging.getLogger("footnote").info(line)


def _fail(problem: object, code: int) -> int:
    _say(" ".join(str(problem).split()))
    return code


if __name__ == "__main__":
    sys.exit(main())
