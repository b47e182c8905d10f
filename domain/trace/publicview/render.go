package publicview

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // for the page and its style
	"encoding/base64"
	"html/template"

	"pedigree/domain/trace/traceview"
)

var (
	//go:embed page.html
	pageText string
	//go:embed page.css
	pageStyle string

	pageTemplate = template.Must(template.New("page").Parse(pageText))
	// pagePolicy lets the page's own style in, by its hash, and nothing else.
	pagePolicy = "default-src 'none'; style-src 'sha256-" + hashOf(pageStyle) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// render is a page's bytes and their type.
func (p page) render(string) (raw []byte, kind string, err error) {
	if p.linkset {
		raw, err = p.linksetOf()
		return raw, linksetType, err
	}
	var b bytes.Buffer
	err = pageTemplate.Execute(&b, p)
	return b.Bytes(), "text/html; charset=utf-8", err
}

// Say is a sentence in the page's language.
func (p page) Say(name string) string { return p.words.say(name) }

// Lang is the page's language.
func (p page) Lang() string { return p.lang }

// Canonical is the address of the product's page.
func (p page) Canonical() string { return p.canon }

// Indexed tells whether search engines may list the page.
func (p page) Indexed() bool { return p.indexed }

// Style is the page's style.
func (page) Style() template.CSS { return template.CSS(pageStyle) } //nolint:gosec // it is a file of the program

// Class says of a recalled lot which class the recall has.
func (p page) Class(r traceview.RecalledLot) string {
	return p.words.say([...]string{"classNone", "class1", "class2", "class3"}[max(0, min(r.Class, 3))])
}
