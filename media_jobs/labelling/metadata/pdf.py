"""PDF: the label as literal string /AIGC of the document information dictionary (TC260-PG-20258A 6.3).

The dictionary lies in no object stream, so that any reader of bytes finds it. The IPTC source type stands in the
document's XMP packet. Content digest: see metadata.pdf_content.
"""

from pathlib import Path

import pikepdf

from media_jobs.labelling.errors import MediaError, media_error
from media_jobs.labelling.marks import Carrier, Claim, Content, Found, Marks
from media_jobs.labelling.metadata import pdf_content, pdf_file, xmp

_MAX_TEXT = 64 * 1024
_MAX_FILES = 1000


class PdfCarrier:
    """The Carrier of PDF."""

    def read(self, path: Path) -> Found:
        """See Carrier.read: document information, then XMP."""
        found = Found()
        try:
            with pdf_file.opened(path) as document:
                for key, value in pdf_file.info(document).items():
                    if "AIGC" in key.upper():
                        place = "pdf.info" if key == "/AIGC" else f"pdf.info{key[:40]}"
                        found.claims.append(Claim(place, str(value)[:_MAX_TEXT]))
                packet = pdf_file.packet(document)
                if packet is not None:
                    found.claims += [Claim("pdf.xmp", text[:_MAX_TEXT], "xmp") for text in xmp.labels(packet)]
                    found.source_types += xmp.source_types(packet)
                found.c2pa = _has_c2pa(document)
        except MediaError as error:
            found.damaged = error.code
        return found

    def write(self, source: Path, target: Path, marks: Marks) -> None:
        """See Carrier.write.

        Raises:
            MediaError: also text.signed, text.encrypted.
        """
        with pdf_file.opened(source) as document:
            pdf_file.check_may_change(document)
            values = {key: value for key, value in pdf_file.info(document).items() if "AIGC" not in key.upper()}
            values["/AIGC"] = pikepdf.String(marks.label.to_json())
            pdf_file.with_info(document, values)
            packet = xmp.merged(pdf_file.packet(document), label_json=None, source_type=marks.source_type)
            pdf_file.with_packet(document, packet)
            pdf_file.save(document, target)
        for claim in self.read(target).claims[1:]:
            raise media_error("text.label_elsewhere", place=claim.place)

    def content(self, path: Path) -> Content:
        """See Carrier.content."""
        with pdf_file.opened(path) as document:
            return pdf_content.digest(document)


def _has_c2pa(document: pikepdf.Pdf) -> bool:
    """An associated file that says it is a manifest (C2PA 2.2, A.4)."""
    files = document.Root.get("/AF")
    rows = list(files)[:_MAX_FILES] if isinstance(files, pikepdf.Array) else []
    return any(
        isinstance(one, pikepdf.Dictionary) and str(one.get("/AFRelationship")) == "/C2PA_Manifest" for one in rows
    )


CARRIERS: dict[str, Carrier] = {"pdf": PdfCarrier()}
