"""What the programme's black-box tests share: made-up official documents, uploads, answers checked
against the component schemas of /openapi.json. No name or figure is taken from a real document."""
import json
import re
import time
import uuid

from saola_process import PASSWORD, Server

try:
    import jsonschema
except ImportError:  # the shapes are then not checked, the numbers still are
    jsonschema = None

HEAD = "TỔNG CỤC THỬ NGHIỆM\nSố: {number}\nHà Thành, ngày {day} tháng {month} năm {year}\n\n{type}\n{title}\n\n"


def grouped(number):
    return f"{number:,}".replace(",", ".")


def orders_document(number, rows, *, total=None, title="Về đặt hàng nhiệm vụ mẫu", day=(12, 3, 2026), kind="BÁO CÁO", tail=""):
    """rows: (unit, task, budget or None or (lo, hi), months); the total row only when given."""
    text = HEAD.format(number=number, day=day[0], month=day[1], year=day[2], type=kind, title=title)
    text += "I. KẾT QUẢ THỰC HIỆN\nCác đơn vị đã đề xuất nhiệm vụ mới.\n" + tail + "\n\n\nPhụ lục I\nDANH MỤC NHIỆM VỤ ĐỀ XUẤT\n"

    def line(cells):
        return "".join(f"\t{cell}\n" for cell in cells) + "\n"

    text += line(["STT", "Đơn vị", "Tên nhiệm vụ", "Dự kiến kinh phí (triệu đồng)", "Thời gian thực hiện (tháng)"])
    for index, (unit, task, budget, months) in enumerate(rows, 1):
        cell = "-" if budget is None else f"{grouped(budget[0])} - {grouped(budget[1])}" if isinstance(budget, tuple) else grouped(budget)
        text += line([f"{index}.", unit, task, cell, str(months)])
    if total is not None:
        text += line(["", "", "Tổng cộng", grouped(total), ""])
    return text


def multipart(files, fields):
    """(content type, body); files: (name, text or bytes)."""
    border = "ranh-gioi-" + uuid.uuid4().hex
    body = b""
    for name, value in fields.items():
        body += f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    for name, data in files:
        data = data.encode() if isinstance(data, str) else data
        body += (f'--{border}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
                 "Content-Type: application/octet-stream\r\n\r\n").encode() + data + b"\r\n"
    return f"multipart/form-data; boundary={border}", body + f"--{border}--\r\n".encode()


class Client:
    """One account (or token) on a server."""

    def __init__(self, server, cookie="", csrf="", bearer=""):
        self.server, self.cookie, self.csrf, self.bearer = server, cookie, csrf, bearer

    def request(self, method, path, body=None, headers=None):
        keep = self.server.cookie, self.server.csrf
        self.server.cookie, self.server.csrf = self.cookie, self.csrf
        try:
            more = {"Authorization": "Bearer " + self.bearer} if self.bearer else {}
            return self.server.request(method, path, body, {**more, **(headers or {})})
        finally:
            self.server.cookie, self.server.csrf = keep

    def get(self, path):
        return self.request("GET", "/api/programme/" + path)

    def read(self, path):
        """The body of an answer that must be 200."""
        status, _, body = self.get(path)
        assert status == 200, (path, status, body)
        return body

    def post(self, path, body):
        return self.request("POST", "/api/programme/" + path, body)

    def upload(self, files, **fields):
        kind, body = multipart(files, fields)
        return self.request("POST", "/api/programme/imports", body, {"Content-Type": kind})

    def job(self, job, timeout_s=60):
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            status, _, info = self.request("GET", "/api/jobs/" + job)
            assert status == 200, (status, info)
            if info["state"] in ("done", "failed", "cancelled"):
                return info
            time.sleep(0.05)
        raise AssertionError("the job did not end: " + job)

    def propose(self, files, **fields):
        """Uploads and waits; the import's id."""
        status, _, body = self.upload(files, **fields)
        assert status == 202, (status, body)
        info = self.job(body["job"])
        assert info["state"] == "done", info
        return info["result"]["import"]

    def accept_all(self, files, **fields):
        made = self.propose(files, **fields)
        status, _, body = self.post(f"imports/{made}/decide", {"rows": "all", "decision": "accept"})
        assert status == 200, (status, body)
        return made


def first_account(server):
    server.setup()
    return Client(server, server.cookie, server.csrf)


def sign_in(server, name):
    keep = server.cookie, server.csrf
    server.cookie = server.csrf = ""
    status, me = server.login(name)
    assert status == 200, me
    client = Client(server, server.cookie, server.csrf)
    server.cookie, server.csrf = keep
    return client


def make_account(server, admin, name, grants):
    status, _, body = admin.request("POST", "/api/accounts", {"name": name, "password": PASSWORD, "display_name": name, "grants": grants})
    assert status == 201, body
    return sign_in(server, name)


class Schemas:
    """Validates answers against the document that the server itself publishes."""

    def __init__(self, server):
        self.document = server.get("/openapi.json")[2]

    def check(self, name, answer):
        if jsonschema is None:
            return
        known = self.document["components"]["schemas"]
        assert name in known, name
        root = {"$ref": "#/components/schemas/" + name, "components": {"schemas": known}}
        jsonschema.Draft202012Validator(root).validate(answer)

    def check_operation(self, path, answer, method="get"):
        operation = self.document["paths"]["/api/programme/" + path][method]
        content = next(value for code, value in operation["responses"].items() if code.startswith("2"))["content"]
        self.check(content["application/json"]["schema"]["$ref"].rsplit("/", 1)[1], answer)


def spans_of(answer):
    """Every source span of an answer that has one, with the words it states."""
    found = []

    def walk(item):
        if isinstance(item, dict):
            if "stated" in item and isinstance(item.get("source"), dict) and item["source"].get("span"):
                found.append((item["source"]["document"]["key"], item["source"]["span"], item["stated"]))
            for value in item.values():
                walk(value)
        elif isinstance(item, list):
            for value in item:
                walk(value)

    walk(answer)
    return found


__all__ = ["Client", "Schemas", "Server", "first_account", "grouped", "json", "make_account", "multipart",
           "orders_document", "re", "sign_in", "spans_of"]
