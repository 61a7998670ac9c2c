#!/usr/bin/python3
"""Writes a DOCX from a small JSON model (stdin) to the path given: paragraphs with automatic numbering,
tables with merged cells, footnotes, tracked changes. Used by document tests; standard library only."""
import json
import sys
import zipfile
from xml.sax.saxutils import escape

NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = ('<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
         '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
         '<Default Extension="xml" ContentType="application/xml"/>'
         '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
         '<Override PartName="/word/numbering.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"/>'
         '<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"/></Types>')
RELS = ('<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>')
DOC_RELS = ('<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="n" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering" Target="numbering.xml"/>'
            '<Relationship Id="f" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes" Target="footnotes.xml"/></Relationships>')
LEVELS = [("upperRoman", "%1."), ("decimal", "%2."), ("lowerLetter", "%3)")]


def text_run(text):
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(item, notes):
    if isinstance(item, str):
        item = {"text": item}
    properties = ""
    if "level" in item:
        properties = f'<w:pPr><w:numPr><w:ilvl w:val="{item["level"]}"/><w:numId w:val="1"/></w:numPr></w:pPr>'
    body = text_run(item["text"])
    if "deleted" in item:
        body += f'<w:del w:id="9" w:author="a"><w:r><w:delText>{escape(item["deleted"])}</w:delText></w:r></w:del>'
    if "inserted" in item:
        body += f'<w:ins w:id="8" w:author="a">{text_run(item["inserted"])}</w:ins>'
    if "note" in item:
        notes.append(item["note"])
        body += f'<w:r><w:footnoteReference w:id="{len(notes) + 1}"/></w:r>'
    if "after" in item:
        body += text_run(item["after"])
    return f'<w:p>{properties}{body}</w:p>'


def cell(item, notes):
    if isinstance(item, str):
        item = {"text": item}
    span = f'<w:gridSpan w:val="{item["span"]}"/>' if "span" in item else ""
    merge = {"start": '<w:vMerge w:val="restart"/>', "go": "<w:vMerge/>"}.get(item.get("merge"), "")
    lines = item["text"].split("\n")
    return f'<w:tc><w:tcPr>{span}{merge}</w:tcPr>{"".join(paragraph(line, notes) for line in lines)}</w:tc>'


def table(rows, notes):
    border = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
    body = "".join(f'<w:tr>{"".join(cell(c, notes) for c in row)}</w:tr>' for row in rows)
    return f'<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>{border}</w:tblBorders></w:tblPr>{body}</w:tbl>'


def main():
    model = json.load(sys.stdin)
    notes = []
    body = "".join(table(item["table"], notes) if isinstance(item, dict) and "table" in item else paragraph(item, notes) for item in model)
    levels = "".join(f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{f}"/><w:lvlText w:val="{t}"/></w:lvl>' for i, (f, t) in enumerate(LEVELS))
    levels += '<w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="-"/></w:lvl>'
    footnotes = "".join(f'<w:footnote w:id="{i + 2}"><w:p>{text_run(" " + t)}</w:p></w:footnote>' for i, t in enumerate(notes))
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("[Content_Types].xml", TYPES)
        out.writestr("_rels/.rels", RELS)
        out.writestr("word/_rels/document.xml.rels", DOC_RELS)
        out.writestr("word/document.xml", f"{head}<w:document {NS}><w:body>{body}</w:body></w:document>")
        out.writestr("word/numbering.xml", f'{head}<w:numbering {NS}><w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>')
        out.writestr("word/footnotes.xml", f"{head}<w:footnotes {NS}>{footnotes}</w:footnotes>")


main()
