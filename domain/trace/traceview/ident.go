package traceview

import (
	"strings"

	"pedigree/format/gs1"
)

// idents turns the identifiers of documents into canonical paths.
type idents struct{ buf []byte }

// linkForms are the Digital Link forms that documents hold.
var linkForms = gs1.Options{AlphaKeys: true, ShortGTIN: true, UnknownAI: true}

// path returns the canonical path of an object with an identity of its own, and
// whether it is one: a serialised trade item, a logistic unit or an asset.
func (d *idents) path(id string) (string, bool) {
	if strings.HasPrefix(id, "urn:epc:id:") {
		var err error
		if d.buf, err = gs1.AppendPathFromURN(d.buf[:0], id); err != nil {
			return "", false
		}
		return string(d.buf), isObject(d.buf)
	}
	if !strings.HasPrefix(id, "http") {
		return "", false
	}
	scan, err := linkForms.ParseDigitalLink(id)
	if err != nil {
		return "", false
	}
	path, err := scan.Path()
	return path, err == nil && isObject([]byte(path))
}

const gtinPathSize = len("/01/") + 14

func isObject(path []byte) bool {
	switch {
	case len(path) > gtinPathSize+4 && string(path[:4]) == "/01/":
		return string(path[gtinPathSize:gtinPathSize+4]) == "/21/"
	case len(path) > 4 && string(path[:4]) == "/00/":
		return true
	case len(path) > 6 && string(path[:6]) == "/8003/":
		return true
	}
	return false
}

// gtinOf is the GTIN in a path, or "".
func gtinOf(path string) string {
	if len(path) > gtinPathSize && path[:4] == "/01/" {
		return path[4:gtinPathSize]
	}
	return ""
}

// productOf is the GTIN in a path of a pack, or of a product, or "".
func productOf(path string) string {
	if len(path) == gtinPathSize && path[:4] == "/01/" {
		return path[4:]
	}
	return gtinOf(path)
}
