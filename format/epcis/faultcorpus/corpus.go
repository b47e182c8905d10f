package faultcorpus

import (
	"bytes"
	"fmt"
	"iter"
	"slices"
)

// docs/reference/corpus.md lists the corpus; its notes are written by hand.
//go:generate go test -count=1 -run ^TestTheCorpusIsMadeByRule$ . -update

// File is one document of the corpus.
type File struct {
	Name    string // such as "lot-missing-3.r1.2.xml"
	Kind    string // of its fault; "" for a good one
	Shape   string // of the shipment
	Form    Form
	Subject string // the identifier or value that was spoiled, if there is one
	Bytes   []byte
	Good    []byte // the same document before it was spoiled; nil for a good one
}

// Good yields documents without a fault: each shape in each form, in
// GoodVariants sizes.
func Good() iter.Seq2[File, error] {
	return func(yield func(File, error) bool) {
		for n := range len(shapes) * len(Forms) * GoodVariants {
			s, form, v := shapes[n/(len(Forms)*GoodVariants)], Forms[n/GoodVariants%len(Forms)], n%GoodVariants
			raw, err := s.document(v, form, nil)
			f := File{Name: fmt.Sprintf("%s-%d.%s", s.name, v, form), Shape: s.name, Form: form, Bytes: raw}
			if !yield(f, err) {
				return
			}
		}
	}
}

// Faulty yields documents with one fault each: FaultyVariants of each kind, in
// turn over the forms and shapes in which the kind makes sense.
func Faulty() iter.Seq2[File, error] {
	return func(yield func(File, error) bool) {
		for n, k := range kinds() {
			for v := range FaultyVariants {
				f, err := k.file(n, v)
				if !yield(f, err) {
					return
				}
			}
		}
	}
}

// Kinds lists the kinds of faults.
func Kinds() []string {
	var ids []string
	for _, k := range kinds() {
		ids = append(ids, k.id)
	}
	return ids
}

// document writes a shipment of the shape, spoiled or not.
func (s shape) document(v int, f Form, spoil func(*document)) ([]byte, error) {
	d, err := s.make(v)
	if err != nil {
		return nil, fmt.Errorf("couldn't make shipment %s: %w", s.name, err)
	}
	if spoil != nil {
		spoil(d)
	}
	raw, err := d.write(f)
	if err != nil {
		return nil, fmt.Errorf("couldn't write shipment %s as %s: %w", s.name, f, err)
	}
	return raw, nil
}

func (k kind) file(n, v int) (File, error) {
	forms, names := k.forms, k.shapes
	if forms == nil {
		forms = Forms
	}
	if names == nil {
		names = ordinary
	}
	form, name := forms[v%len(forms)], names[(n+v)%len(names)]
	s := shapes[slices.IndexFunc(shapes, func(s shape) bool { return s.name == name })]
	f := File{Name: fmt.Sprintf("%s-%d.%s", k.id, v, form), Kind: k.id, Shape: name, Form: form}
	var err error
	if f.Good, err = s.document(v, form, nil); err != nil {
		return f, err
	}
	if k.text != nil {
		var spoiled string
		spoiled, f.Subject = k.text(string(f.Good), form)
		f.Bytes = []byte(spoiled)
	} else {
		f.Bytes, err = s.document(v, form, func(d *document) { f.Subject = k.spoil(d, v) })
	}
	if err == nil && bytes.Equal(f.Bytes, f.Good) {
		err = fmt.Errorf("couldn't spoil %s: the recipe changes nothing", f.Name)
	}
	return f, err
}
