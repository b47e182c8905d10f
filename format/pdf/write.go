package pdf

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf16"
)

// show writes one line of encoded text at a place of a page.
func show(page *bytes.Buffer, f font, size, x, y int, encoded []byte) {
	fmt.Fprintf(page, "BT /%s %d Tf %d %d Td (", fonts[f].name, size, x, y)
	literal(page, encoded)
	page.WriteString(") Tj ET\n")
}

// literal writes the inside of a literal string (ISO 32000-1, 7.3.4.2).
func literal(out *bytes.Buffer, encoded []byte) {
	for _, c := range encoded {
		switch c {
		case '(', ')', '\\':
			out.WriteByte('\\')
		}
		out.WriteByte(c)
	}
}

// writing counts where each object begins.
type writing struct {
	out io.Writer
	at  int64
	ref []int64 // offset of each object, from number 1
	err error
}

func (w *writing) bytes(b []byte) {
	if w.err != nil {
		return
	}
	n, err := w.out.Write(b)
	w.at, w.err = w.at+int64(n), err
}

func (w *writing) print(format string, args ...any) { w.bytes(fmt.Appendf(nil, format, args...)) }

// object writes the next object; its number is its place in the table.
func (w *writing) object(format string, args ...any) {
	w.ref = append(w.ref, w.at)
	w.print("%d 0 obj\n", len(w.ref))
	w.print(format, args...)
	w.print("\nendobj\n")
}

func (w *writing) stream(content []byte) {
	w.ref = append(w.ref, w.at)
	w.print("%d 0 obj\n<< /Length %d >>\nstream\n", len(w.ref), len(content))
	w.bytes(content)
	w.print("\nendstream\nendobj\n")
}

// The numbers of the objects that every document has; the pages follow, each with
// its content behind it.
const (
	catalogObject = 1
	pagesObject   = 2
	infoObject    = 3
	fontObjects   = 4
	firstPage     = fontObjects + len(fonts)
)

// WriteTo writes the document. It may be called again, and writes the same.
func (d *Document) WriteTo(out io.Writer) (int64, error) {
	w := &writing{out: out}
	pages := d.pages
	if len(pages) == 0 {
		pages = []*bytes.Buffer{{}}
	}
	w.bytes([]byte("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")) // the second line says that the file has bytes beyond ASCII
	outline := ""
	if len(d.marks) > 0 {
		outline = fmt.Sprintf(" /Outlines %d 0 R /PageMode /UseOutlines", firstPage+2*len(pages))
	}
	w.object("<< /Type /Catalog /Pages %d 0 R%s >>", pagesObject, outline)
	var kids bytes.Buffer
	for i := range pages {
		fmt.Fprintf(&kids, "%d 0 R ", firstPage+2*i)
	}
	w.object("<< /Type /Pages /Count %d /Kids [ %s] >>", len(pages), kids.String())
	var title bytes.Buffer
	literal(&title, encode(d.title))
	w.object("<< /Title (%s) >>", title.String())
	var named bytes.Buffer
	for i, f := range fonts {
		w.object("<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>", f.base)
		fmt.Fprintf(&named, "/%s %d 0 R ", f.name, fontObjects+i)
	}
	for i, p := range pages {
		w.object("<< /Type /Page /Parent %d 0 R /MediaBox [ 0 0 %d %d ] /Resources << /Font << %s>> >> /Contents %d 0 R >>",
			pagesObject, pageWidth, pageHeight, named.String(), firstPage+2*i+1)
		content := &bytes.Buffer{}
		d.watermark(content)
		content.Write(p.Bytes())
		d.footer(content, i+1, len(pages))
		w.stream(content.Bytes())
	}
	d.outline(w)
	start := w.at
	w.print("xref\n0 %d\n0000000000 65535 f \n", len(w.ref)+1)
	for _, at := range w.ref {
		w.print("%010d 00000 n \n", at)
	}
	w.print("trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(w.ref)+1, catalogObject, infoObject, start)
	if w.err != nil {
		return w.at, fmt.Errorf("couldn't write the PDF: %w", w.err)
	}
	return w.at, nil
}

// outline writes the bookmarks behind the pages, one after another.
func (d *Document) outline(w *writing) {
	if len(d.marks) == 0 {
		return
	}
	root := len(w.ref) + 1
	w.object("<< /Type /Outlines /First %d 0 R /Last %d 0 R /Count %d >>", root+1, root+len(d.marks), len(d.marks))
	for i, m := range d.marks {
		beside := ""
		if i > 0 {
			beside += fmt.Sprintf(" /Prev %d 0 R", root+i)
		}
		if i+1 < len(d.marks) {
			beside += fmt.Sprintf(" /Next %d 0 R", root+i+2)
		}
		w.object("<< /Title <%s> /Parent %d 0 R%s /Dest [ %d 0 R /XYZ %d %d null ] >>", textString(m.name), root, beside, firstPage+2*m.page, margin, m.at)
	}
}

// textString writes any text as hexadecimal UTF-16 (ISO 32000-1, 7.9.2.2). What turns
// text around or can't be seen is written as elsewhere.
func textString(text string) string {
	var out bytes.Buffer
	out.WriteString("FEFF")
	for _, unit := range utf16.Encode([]rune(visible(text))) {
		fmt.Fprintf(&out, "%04X", unit)
	}
	return out.String()
}

// watermark writes the word behind a page from corner to corner, in grey, as an artifact
// that readers don't read out.
func (d *Document) watermark(page *bytes.Buffer) {
	if len(d.water) == 0 {
		return
	}
	const slant = 0.7071 // of 45 degrees
	half := float64(bold.width(d.water)*waterSize) / 2000
	x, y := pageWidth/2-half*slant+slant*waterSize/3, pageHeight/2-half*slant-slant*waterSize/3
	fmt.Fprintf(page, "/Artifact BMC q 0.88 g BT /%s %d Tf %.4f %.4f -%.4f %.4f %.0f %.0f Tm (", fonts[bold].name, waterSize, slant, slant, slant, slant, x, y)
	literal(page, d.water)
	page.WriteString(") Tj ET Q EMC\n")
}

// footer says which page it is, of how many, and of what.
func (d *Document) footer(page *bytes.Buffer, n, of int) {
	number := encode(fmt.Sprintf("page %d of %d", n, of))
	left := margin + textWidth - regular.width(number)*smallSize/1000
	title := broken(encode(d.title), regular, (left-margin-12)*1000/smallSize)[0]
	show(page, regular, smallSize, margin, footerAt, title)
	show(page, regular, smallSize, left, footerAt, number)
}
