"""An application for uWSGI; the path says what it does."""

import hashlib
import json
from urllib.parse import parse_qs


def application(environ, start_response):
    page = PAGES.get(environ.get("PATH_INFO", ""), missing)
    return page(environ, start_response)


def hello(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "6")])
    return [b"hello\n"]


def echo(environ, start_response):
    body = read(environ)
    start_response("200 OK", [("Content-Type", environ.get("CONTENT_TYPE", "text/plain"))])
    return [body]


def upload(environ, start_response):
    body = read(environ)
    start_response("200 OK", [("Content-Type", "application/json")])
    answer = {"length": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    return [json.dumps(answer).encode()]


def download(environ, start_response):
    count = int(parse_qs(environ["QUERY_STRING"])["count"][0])
    start_response("200 OK", [("Content-Type", "application/octet-stream")])
    whole, rest = divmod(count, 65536)
    for _ in range(whole):
        yield b"x" * 65536
    yield b"x" * rest


def variables(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json")])
    texts = {name: value for name, value in environ.items() if isinstance(value, str)}
    return [json.dumps(texts).encode()]


def cookies(environ, start_response):
    fields = [("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
    start_response("201 Created", fields)
    return [b""]


def missing(environ, start_response):
    start_response("404 Not Found", [("Content-Type", "text/plain")])
    return [b"no such page\n"]


def read(environ):
    return environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))


PAGES = {
    "/hello": hello,
    "/echo": echo,
    "/upload": upload,
    "/download": download,
    "/variables": variables,
    "/cookies": cookies,
}
