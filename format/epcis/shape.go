package epcis

import (
	"bytes"
	"strings"
	"sync"
)

// shape is what the XSD says of one element's children.
type shape struct {
	name      string
	children  []shapeChild
	required  uint32 // bits of the children that must be there
	others    bool   // elements of other namespaces may follow
	unordered bool
}

type shapeChild struct {
	name  string
	space string
	shape *shape // nil for leaves and for what may hold anything
	many  bool
}

// find returns the index of a child, or -1. Most parents have one or two. The
// elements of the SBDH are found without their namespace too.
func (s *shape) find(local []byte, space string) int {
	sbdh := space == SpaceSBDH
	if !sbdh && !isCoreSpace(space) {
		return -1
	}
	for i := range s.children {
		if c := &s.children[i]; len(c.name) == len(local) && c.name == string(local) && (c.space != "" || !sbdh) {
			return i
		}
	}
	return -1
}

// shapeWatch follows the elements a decoder opens and closes, and remarks where
// they don't stand as the XSD says.
type shapeWatch struct {
	frames    []shapeFrame // by depth; the document is at 1
	event     *Event       // being read, or nil
	version   string       // "1.2" or "2.0", for messages
	begun     bool
	qualified bool // that local elements are qualified was said
}

type shapeFrame struct {
	shape *shape
	seen  uint32
	last  int // index of the last child in order; len(children) behind foreign ones
}

// begin finds the document's own shape by its name and namespace.
func (w *shapeWatch) begin(d *xmlDecoder) {
	w.begun, w.version = true, "2.0"
	shapes := shapesOf20()
	for _, s := range d.header.Namespaces {
		if s.URI == SpaceEPCIS1 || s.URI == SpaceQuery1 || s.URI == SpaceMaster1 {
			w.version, shapes = "1.2", shapesOf12()
			break
		}
	}
	root := d.opened[:d.open[1].name]
	if i := bytes.IndexByte(root, ':'); i >= 0 {
		root = root[i+1:]
	}
	w.frames[1] = shapeFrame{shape: shapes[string(root)]}
}

var (
	shapesOf12 = sync.OnceValue(func() map[string]*shape { return parseShapes(shapes12) })
	shapesOf20 = sync.OnceValue(func() map[string]*shape { return parseShapes(shapes20) })
)

// parseShapes reads the tables of this package.
func parseShapes(table string) map[string]*shape {
	shapes := map[string]*shape{}
	lines := strings.Split(strings.TrimSpace(table), "\n")
	for _, line := range lines {
		name, _, _ := strings.Cut(line, " ")
		if name != "" {
			shapes[name] = &shape{name: strings.TrimPrefix(name, "sbdh:")}
		}
	}
	for _, line := range lines {
		name, items, _ := strings.Cut(line, " ")
		if s := shapes[name]; s != nil {
			for _, item := range strings.Fields(items) {
				s.add(item, shapes)
			}
		}
	}
	return shapes
}

// add reads one item of a table's line.
func (s *shape) add(item string, shapes map[string]*shape) {
	switch item {
	case "#":
		s.others = true
		return
	case "~":
		s.unordered = true
		return
	}
	body := strings.TrimRight(item, "?*+")
	mark := item[len(body):]
	name, kind, named := strings.Cut(body, "=")
	if !named {
		kind = name
	}
	child := shapeChild{shape: shapes[kind], many: mark == "*" || mark == "+"}
	if child.name = strings.TrimPrefix(name, "sbdh:"); child.name != name {
		child.space = SpaceSBDH
	}
	if mark == "" || mark == "+" {
		s.required |= 1 << len(s.children)
	}
	s.children = append(s.children, child)
}
