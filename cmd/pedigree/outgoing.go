package main

import (
	"context"
	"errors"
	"io"
	"path"
	"strings"

	"pedigree/domain/trace/partnerview"
	"pedigree/format/dscsa"
	"pedigree/internal/courier"
	"pedigree/internal/vault"
	"pedigree/ledger"
)

// outgoing is a document looked at before it leaves by a partner's route: as it is, and
// as it leaves.
type outgoing struct {
	Partner   int64            `json:"partner" doc:"Number in the address book"`
	Way       string           `json:"way"`
	Format    dscsa.Version    `json:"format" doc:"That it leaves in"`
	Blocks    string           `json:"blocks" doc:"What is held up at the partner by what it would find: goods, data or none"`
	Checked   dscsa.Checked    `json:"checked" doc:"The document as it is"`
	Converted *dscsa.Converted `json:"converted,omitempty" doc:"What it becomes in the route's format; absent where it is in that format already"`
}

// leaving is a document on its way out. It can be opened again and again.
type leaving struct {
	name string
	size int64
	open func() (io.ReadCloser, error)
}

// kept is a document of the private store that leaves.
func (o *office) kept(ctx context.Context, d vault.Document) leaving {
	return leaving{d.Name, d.Size, func() (io.ReadCloser, error) {
		r, _, err := o.desk.vault.OpenDocument(ctx, d.ID)
		return r, err
	}}
}

// look checks a document as its receiver will read it, in the format of the partner's
// route. A node reads each format, so what goes to one stays as it is.
func (o *office) look(p partnerview.Partner, r partnerview.Route, doc leaving) (outgoing, error) {
	out := outgoing{Partner: p.ID, Way: r.Way}
	if doc.size > courier.FileBytesMax {
		return out, cannotSend(ledger.Conflict, "refused", "the document has more than %d bytes; send it in parts", int64(courier.FileBytesMax))
	}
	content, err := doc.open()
	if err != nil {
		return out, err
	}
	out.Checked, err = dscsa.Check(content, dscsa.ReadOptions{File: doc.name, Now: o.desk.vault.Now()})
	if err = errors.Join(err, content.Close()); err != nil {
		return out, err
	}
	out.Format, out.Blocks = dscsa.Version(out.Checked.Version), out.Checked.Blocks
	if r.Way == courier.WayNode || out.Format == r.Format || out.Format == "" { // one that can't be read stays so
		return out, nil
	}
	options, err := o.conversion(doc.name)
	if err != nil {
		return out, err
	}
	again := &rewound{open: doc.open}
	converted, err := dscsa.CheckAs(again, out.Checked, r.Format, options)
	if err = errors.Join(err, again.Close()); err != nil {
		return out, cannotSend(ledger.Conflict, "format", "partner %d takes %s: %w", p.ID, r.Format, err)
	}
	out.Format, out.Blocks, out.Converted = r.Format, converted.Blocks, &converted
	return out, nil
}

// refusal is why a document isn't sent as it would leave; nil when it is.
func (o outgoing) refusal() error {
	if o.Blocks == dscsa.BlocksNothing {
		return nil
	}
	found := o.Checked.Found
	if o.Converted != nil {
		if l := o.Converted.Lost; len(l) > 0 && l[0].Blocks != dscsa.BlocksNothing {
			return cannotSend(ledger.Conflict, "lost", "partner %d takes %s, which can't hold what holds up the %s without it: %s; --check-only names all, --anyway sends it as it is",
				o.Partner, o.Format, o.Blocks, l[0].Loss)
		}
		found = o.Converted.Checked.Found
	}
	first := "it can't be read"
	if len(found) > 0 {
		first = found[0].Finding.String()
	}
	return cannotSend(ledger.Conflict, "findings", "its receiver would find what holds up the %s: %s; --check-only names all, --anyway sends it as it is", o.Blocks, first)
}

// conversion says how a document is converted: with the company prefixes of all members.
func (o *office) conversion(file string) (dscsa.ConvertOptions, error) {
	prefixes, err := o.desk.numbers.table()
	return dscsa.ConvertOptions{File: file, Now: o.desk.vault.Now(), Prefixes: prefixes}, err
}

// written keeps a document as it leaves: as it is, or in the format of the route.
func (o *office) written(ctx context.Context, doc vault.Document, out outgoing, partner string) (vault.Document, error) {
	if out.Converted == nil {
		doc.MediaType = out.Format.MediaType()
		return doc, nil
	}
	options, err := o.conversion(doc.Name)
	if err != nil {
		return doc, err
	}
	source := &rewound{open: o.kept(ctx, doc).open}
	defer source.Close()
	reader, writer := io.Pipe()
	go func() {
		_, err := dscsa.Convert(writer, source, out.Format, options)
		_ = writer.CloseWithError(err) // never fails
	}()
	info := vault.DocumentInfo{Name: strings.TrimSuffix(doc.Name, path.Ext(doc.Name)) + out.Format.Ending(), MediaType: out.Format.MediaType(), Direction: vault.Out, Partner: partner}
	kept, _, err := o.desk.vault.PutDocument(ctx, info, reader)
	_ = reader.Close() // never fails; it ends a conversion that nobody reads to its end
	kept.MediaType = info.MediaType
	return kept, err
}

// rewound is a document that can be read from its beginning again.
type rewound struct {
	open func() (io.ReadCloser, error)
	now  io.ReadCloser
	at   int64
}

// Read implements io.Reader.
func (r *rewound) Read(p []byte) (int, error) {
	if r.now == nil {
		var err error
		if r.now, err = r.open(); err != nil {
			return 0, err
		}
	}
	n, err := r.now.Read(p)
	r.at += int64(n)
	return n, err
}

// Seek goes back to the beginning, or says where it is.
func (r *rewound) Seek(offset int64, whence int) (int64, error) {
	switch {
	case whence == io.SeekCurrent && offset == 0:
		return r.at, nil
	case whence == io.SeekStart && offset == 0:
		r.at = 0
		return 0, r.Close()
	}
	return r.at, errors.New("a document is read from its beginning only")
}

// Close ends the reading.
func (r *rewound) Close() error {
	if r.now == nil {
		return nil
	}
	now := r.now
	r.now = nil
	return now.Close()
}
