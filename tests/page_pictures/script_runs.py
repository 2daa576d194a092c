"""Notes in a browser whether the server still owes a page the end of a run of its script.

Streamlit's own mark, `data-test-script-state`, says so only once the server has answered: for a moment after a click, and
for longer on a busy machine, it still says that nothing runs.
"""

from playwright.sync_api import BrowserContext
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ASKED = BackMsg.DESCRIPTOR.fields_by_name["rerun_script"].number
ENDED = ForwardMsg.DESCRIPTOR.fields_by_name["script_finished"].number
# `window.isScriptAwaited`, by the messages of Streamlit's connection. Of a message of Protocol Buffers only the fields at
# its top are read: each begins with its number and the kind of its content; a long one says its length.
NOTED = f"""(() => {{
    const topFields = (bytes) => {{
        const fields = new Set();
        let at = 0;
        const readNumber = () => {{
            let [number, scale] = [0, 1];
            for (;;) {{
                const byte = bytes[at++];
                number += (byte & 127) * scale;
                if (byte < 128 || byte === undefined) return number;
                scale *= 128;
            }}
        }};
        while (at < bytes.length) {{
            const tag = readNumber();
            fields.add(Math.floor(tag / 8));
            const kind = tag % 8;
            const size = kind === 0 || kind === 2 ? readNumber() : kind === 1 ? 8 : 4;
            if (kind !== 0) at += size;
        }}
        return fields;
    }};
    window.isScriptAwaited = false;
    window.WebSocket = class extends WebSocket {{
        constructor(...settings) {{
            super(...settings);
            this.addEventListener("message", ({{ data }}) => {{
                if (!(data instanceof ArrayBuffer)) return;
                if (topFields(new Uint8Array(data)).has({ENDED})) window.isScriptAwaited = false;
            }});
        }}
        send(data) {{
            if (data instanceof Uint8Array && topFields(data).has({ASKED})) window.isScriptAwaited = true;
            super.send(data);
        }}
    }};
}})()"""


def note_script_runs(context: BrowserContext) -> None:
    """Let all pages of a browser know `window.isScriptAwaited`."""
    context.add_init_script(NOTED)
