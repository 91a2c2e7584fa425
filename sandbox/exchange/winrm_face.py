"""A server's face: WS-Management on HTTPS ([MS-WSMV]), as far as remote PowerShell needs it, behind the entrance.

Actions: Identify, Create, Command, Send, Receive, Signal, Delete.
"""

from __future__ import annotations

import asyncio
import base64
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.exchange.faults import Slow, Unavailable
from sandbox.exchange.shells import AnswerLost
from sandbox.exchange.simulator import Simulator

_S = "http://www.w3.org/2003/05/soap-envelope"
_A = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
_W = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
_R = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
_X = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
_F = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
_I = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
_P = "http://schemas.microsoft.com/powershell"
_NOTHING_YET, _NO_SHELL, _NO_CONFIGURATION = 2150858793, 2150858843, 2150859003
_FACES = {f"{_P}/Microsoft.Exchange": "server", f"{_P}/Microsoft.PowerShell": "skype"}
_PATHS = {"server": "/powershell", "skype": "/ocspowershell"}


class _Fault(Exception):  # noqa: N818 (an answer)
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


async def wsman(request: Request) -> Response:
    """Answer one message."""
    simulator: Simulator = request.app.state.simulator
    envelope = ET.fromstring(await request.body())  # noqa: S314 (a simulator, asked by tests alone)
    if envelope.find(f"{{{_S}}}Body/{{*}}Identify") is not None:
        vendor = "<i:ProductVendor>halo-ad sandbox</i:ProductVendor>"
        identity = f'<i:IdentifyResponse xmlns:i="{_I}">{vendor}</i:IdentifyResponse>'
        return Response(_envelope("", identity, ""), media_type="application/soap+xml")
    authorization = request.headers.get("authorization", "")
    refusal = simulator.entrance.refusal(request.state.transport, authorization)
    if refusal is not None:
        return Response(status_code=401, headers=refusal)
    action = _text(envelope, f"{{{_A}}}Action")
    message_id = _text(envelope, f"{{{_A}}}MessageID")
    answer = _ANSWERS.get(action.rpartition("/")[2], _unknown)
    if (slow := simulator.board.on(Slow, "Get-")) is not None:
        await asyncio.sleep(slow.seconds)
    if simulator.board.on(Unavailable, "Get-") is not None:
        return Response(status_code=503)
    try:
        body = answer(simulator, request, envelope)
    except AnswerLost:
        request.state.transport.abort()
        return Response(status_code=500)
    except _Fault as fault:
        return Response(_faulted(fault.code, message_id), 500, media_type="application/soap+xml")
    return Response(_envelope(f"{action}Response", body, message_id), media_type="application/soap+xml;charset=UTF-8")


def _create(simulator: Simulator, request: Request, envelope: ET.Element) -> str:
    face = _FACES.get(_text(envelope, f"{{{_W}}}ResourceURI"), "")
    if _PATHS.get(face) != request.url.path.lower():
        raise _Fault(_NO_CONFIGURATION)
    shell = _element(envelope, f"{{{_S}}}Body/{{{_R}}}Shell")
    shell_id = shell.attrib["ShellId"]
    simulator.shells.open(shell_id, face, _decoded(_element(shell, f"{{{_P}}}creationXml").text))
    return (
        f'<x:ResourceCreated xmlns:x="{_X}"><a:ReferenceParameters xmlns:a="{_A}"><w:SelectorSet xmlns:w="{_W}">'
        f'<w:Selector Name="ShellId">{shell_id}</w:Selector></w:SelectorSet></a:ReferenceParameters>'
        "</x:ResourceCreated>"
        f'<rsp:Shell xmlns:rsp="{_R}"><rsp:ShellId>{shell_id}</rsp:ShellId></rsp:Shell>'
    )


def _command(simulator: Simulator, _: Request, envelope: ET.Element) -> str:
    line = _element(envelope, f"{{{_S}}}Body/{{{_R}}}CommandLine")
    command_id = line.attrib["CommandId"]
    data = _decoded(_element(line, f"{{{_R}}}Arguments").text)
    simulator.shells.begin(_shell_id(simulator, envelope), uuid.UUID(command_id), data)
    return f'<rsp:CommandResponse xmlns:rsp="{_R}"><rsp:CommandId>{command_id}</rsp:CommandId></rsp:CommandResponse>'


def _send(simulator: Simulator, _: Request, envelope: ET.Element) -> str:
    stream = _element(envelope, f"{{{_S}}}Body/{{{_R}}}Send/{{{_R}}}Stream")
    simulator.shells.more(_shell_id(simulator, envelope), _command_id(stream), _decoded(stream.text))
    return f'<rsp:SendResponse xmlns:rsp="{_R}"/>'


def _receive(simulator: Simulator, _: Request, envelope: ET.Element) -> str:
    stream = _element(envelope, f"{{{_S}}}Body/{{{_R}}}Receive/{{{_R}}}DesiredStream")
    data, ended = simulator.shells.fetch(_shell_id(simulator, envelope), _command_id(stream))
    if not data and not ended:
        raise _Fault(_NOTHING_YET)
    of = f' CommandId="{stream.attrib["CommandId"]}"' if "CommandId" in stream.attrib else ""
    state = f'<rsp:CommandState{of} State="{_R}/CommandState/{"Done" if ended else "Running"}"/>' if of else ""
    encoded = base64.b64encode(data).decode()
    return (
        f'<rsp:ReceiveResponse xmlns:rsp="{_R}"><rsp:Stream Name="stdout"{of}>{encoded}</rsp:Stream>{state}'
        "</rsp:ReceiveResponse>"
    )


def _signal(simulator: Simulator, _: Request, envelope: ET.Element) -> str:
    signal = _element(envelope, f"{{{_S}}}Body/{{{_R}}}Signal")
    simulator.shells.end(_shell_id(simulator, envelope), uuid.UUID(signal.attrib["CommandId"]))
    return f'<rsp:SignalResponse xmlns:rsp="{_R}"/>'


def _unknown(_: Simulator, __: Request, ___: ET.Element) -> str:
    raise _Fault(_NO_CONFIGURATION)


def _delete(simulator: Simulator, _: Request, envelope: ET.Element) -> str:
    simulator.shells.close(_shell_id(simulator, envelope))
    return ""


_ANSWERS: dict[str, Callable[[Simulator, Request, ET.Element], str]] = {
    "Create": _create,
    "Command": _command,
    "Send": _send,
    "Receive": _receive,
    "Signal": _signal,
    "Delete": _delete,
}
"""Last part of the action → what answers it."""


def _shell_id(simulator: Simulator, envelope: ET.Element) -> str:
    shell_id = _text(envelope, f"{{{_W}}}SelectorSet/{{{_W}}}Selector")
    if shell_id not in simulator.shells.sessions:
        raise _Fault(_NO_SHELL)
    return shell_id


def _command_id(element: ET.Element) -> uuid.UUID | None:
    return uuid.UUID(element.attrib["CommandId"]) if "CommandId" in element.attrib else None


def _text(envelope: ET.Element, path: str) -> str:
    return _element(envelope, f"{{{_S}}}Header/{path}").text or ""


def _element(parent: ET.Element, path: str) -> ET.Element:
    found = parent.find(path)
    if found is None:
        raise _Fault(_NO_CONFIGURATION)
    return found


def _decoded(text: Any) -> bytes:
    return base64.b64decode(text or "")


def _envelope(action: str, body: str, relates_to: str) -> str:
    return (
        f'<s:Envelope xmlns:s="{_S}" xmlns:a="{_A}"><s:Header><a:Action>{action}</a:Action>'
        f"<a:MessageID>uuid:{uuid.uuid4()}</a:MessageID><a:RelatesTo>{relates_to}</a:RelatesTo></s:Header>"
        f"<s:Body>{body}</s:Body></s:Envelope>"
    )


def _faulted(code: int, relates_to: str) -> str:
    body = (
        "<s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text>fault</s:Text></s:Reason>"
        f'<s:Detail><f:WSManFault xmlns:f="{_F}" Code="{code}"><f:Message>fault</f:Message></f:WSManFault></s:Detail>'
        "</s:Fault>"
    )
    return _envelope(f"{_W}/fault", body, relates_to)


ROUTES = [
    Route(path, wsman, methods=["POST"])
    for path in ("/wsman", "/PowerShell", "/powershell", "/OcsPowerShell", "/ocspowershell")
]
