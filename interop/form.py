"""Prints the message in the SAMLResponse field of the page on standard input; exit code 1 if there is none."""

import base64
import html
import re
import sys

field = re.search(r'<input[^>]*name="SAMLResponse"[^>]*value="([^"]+)"', sys.stdin.read())
if not field:
    sys.exit("REFUSED: no SAMLResponse in the page")
sys.stdout.write(base64.b64decode(html.unescape(field[1])).decode())
