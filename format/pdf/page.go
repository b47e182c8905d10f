package pdf

import "bytes"

// Sizes in points, 72 to an inch: US Letter, with a margin all around.
const (
	pageWidth   = 612
	pageHeight  = 792
	margin      = 54
	textWidth   = pageWidth - 2*margin
	footerAt    = margin / 2
	smallSize   = 8
	waterSize   = 140
	headingRoom = 60 // that a heading and what is under it need
)

// Document is pages of text being written.
type Document struct {
	title string
	pages []*bytes.Buffer
	at    int // height of the next line on the last page
	marks []bookmark
	water []byte // encoded text behind each page
}

// bookmark is a place of the document with a name.
type bookmark struct {
	name     string
	page, at int
}

// New begins a document. The title stands in its information and at the foot of each
// page.
func New(title string) *Document { return &Document{title: title} }

// Heading writes a line that begins a part. It doesn't stand alone at the foot of a
// page.
func (d *Document) Heading(text string) {
	const size = 13
	if d.at < margin+headingRoom {
		d.page()
	}
	d.at -= 8
	d.text(bold, size, 0, text)
	d.at -= 2
}

// Watermark writes a word large, light and slanting behind the text of every page.
func (d *Document) Watermark(text string) { d.water = encode(text) }

// NewPage begins a page.
func (d *Document) NewPage() { d.page() }

// Bookmark names the place of the next line in the outline that readers show beside the
// pages. A heading that doesn't fit takes the bookmark just before it to its page.
func (d *Document) Bookmark(name string) {
	if len(d.pages) == 0 || d.at < margin+headingRoom {
		d.page()
	}
	d.marks = append(d.marks, bookmark{name, len(d.pages) - 1, d.at})
}

// Line writes text, in as many lines as it needs.
func (d *Document) Line(text string) { d.text(regular, 10, 0, text) }

// Indented writes text a little to the right.
func (d *Document) Indented(text string) { d.text(regular, 10, 14, text) }

// Mono writes text with characters of one width, small: numbers in columns.
func (d *Document) Mono(text string) { d.text(mono, smallSize, 14, text) }

// MonoColumns is how many characters a line of Mono has.
const MonoColumns = (textWidth - 14) * 1000 / (courierWidth * smallSize)

// Space leaves a little room.
func (d *Document) Space() { d.at -= 6 }

func (d *Document) page() {
	d.pages = append(d.pages, &bytes.Buffer{})
	d.at = pageHeight - margin
}

func (d *Document) text(f font, size, indent int, text string) {
	for _, line := range broken(encode(text), f, (textWidth-indent)*1000/size) {
		if len(d.pages) == 0 || d.at-size < margin {
			d.page()
		}
		d.at -= size + size/3
		show(d.pages[len(d.pages)-1], f, size, margin+indent, d.at, line)
	}
}

// broken cuts encoded text into lines of at most a width: behind a space where
// there is one, else wherever it must be.
func broken(text []byte, f font, width int) [][]byte {
	var lines [][]byte
	for len(text) > 0 {
		n, space, sum := 0, 0, 0
		for n < len(text) {
			if sum += f.width(text[n : n+1]); sum > width && n > 0 {
				break
			}
			if n++; text[n-1] == ' ' {
				space = n
			}
		}
		if n < len(text) && space > 0 {
			n = space
		}
		lines = append(lines, text[:n])
		text = text[n:]
	}
	if lines == nil {
		lines = [][]byte{nil} // an empty line
	}
	return lines
}
