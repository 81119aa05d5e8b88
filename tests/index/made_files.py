"""Small PDF and DOCX files that tests make for themselves."""

from io import BytesIO

import docx
from reportlab.lib import pdfencrypt
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Table

STYLES = getSampleStyleSheet()
SENTENCE = "The harbour office counted {} ships that entered the inner basin during the month."


def make_pdf(pages, title=None, outline=(), password=None):
    """Return a PDF; each page is a list of (x, y, text) or (x, y, text, font, size), y from the bottom."""
    content = BytesIO()
    encrypt = pdfencrypt.StandardEncryption(password, canPrint=0) if password else None
    canvas = Canvas(content, pagesize=A4, encrypt=encrypt, invariant=1)
    if title:
        canvas.setTitle(title)
    for number, page in enumerate(pages, 1):
        for x, y, text, *face in page:
            canvas.setFont(*(face or ("Helvetica", 10)))
            canvas.drawString(x, y, text)
        for depth, name, target in outline:
            if target == number:
                canvas.bookmarkPage(f"{name}-{number}")
                canvas.addOutlineEntry(name, f"{name}-{number}", depth)
        canvas.showPage()
    canvas.save()
    return content.getvalue()


def make_flowing_pdf(parts, columns=1, header="", footer=""):
    """Return a PDF of (style, text) paragraphs and lists of rows, set in columns; footers hold the page number."""
    content = BytesIO()
    width = (A4[0] - 100 - 30 * (columns - 1)) / columns
    frames = [Frame(50 + i * (width + 30), 60, width, A4[1] - 130, 0, 0, 0, 0) for i in range(columns)]

    def draw_edges(canvas, document):
        canvas.setFont("Helvetica", 9)
        if header:
            canvas.drawString(50, A4[1] - 40, header)
        canvas.drawCentredString(A4[0] / 2, 30, f"{footer}{document.page}")

    document = BaseDocTemplate(content, pagesize=A4, invariant=1)
    document.addPageTemplates([PageTemplate(frames=frames, onPage=draw_edges)])
    document.build([Table(rest[0]) if kind == "table" else Paragraph(rest[0], STYLES[kind]) for kind, *rest in parts])
    return content.getvalue()


def make_docx(write):
    """Return a DOCX that `write(document)` has filled."""
    document = docx.Document()
    write(document)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def fill_docx_table(document, rows):
    """Add a table of these rows of texts to a DOCX."""
    table = document.add_table(len(rows), len(rows[0]))
    for i, row in enumerate(rows):
        for j, text in enumerate(row):
            table.cell(i, j).text = text
    return table


def words_of(document):
    """Return the texts of the blocks."""
    return [document.text[block.start : block.end] for block in document.blocks]


def rows_of(document, table):
    """Return headers and rows of a table as lists of (column, text)."""
    return [
        [[(cell.column, document.text[cell.start : cell.end]) for cell in row.cells] for row in rows]
        for rows in (table.headers, table.rows)
    ]


def paths_of(document):
    """Return the section paths in order."""
    return [section.path for section in document.sections]
