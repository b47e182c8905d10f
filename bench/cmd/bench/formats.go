package main

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
	"pedigree/format/gs1"
)

// form is one way of writing EPCIS.
type form struct {
	name  string
	write func(s epcistest.Shipment, out io.Writer) error
	// tokens reads a document with the standard library and does nothing with it.
	tokens func(r io.Reader) error
}

var forms = []form{
	{"XML", epcistest.Shipment.WriteXML, xmlTokens},
	{"JSON", epcistest.Shipment.WriteJSON, jsonTokens},
}

func xmlTokens(r io.Reader) error {
	d := xml.NewDecoder(r)
	for {
		if _, err := d.RawToken(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func jsonTokens(r io.Reader) error {
	d := json.NewDecoder(r)
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func formatsSection(ctx context.Context, b *bench) ([]figure, error) {
	dir, err := b.folder()
	if err != nil {
		return nil, err
	}
	var list []figure
	for _, size := range b.size.formatBytes {
		paths := make([]string, len(forms))
		for i, f := range forms {
			paths[i] = filepath.Join(dir, f.name)
			got, err := b.format(ctx, f, size, paths[i])
			if err != nil {
				return list, fmt.Errorf("%s of %d bytes: %w", f.name, size, err)
			}
			list = append(list, got...)
		}
		got, err := b.onOneCore(ctx, paths, size)
		if err != nil {
			return list, err
		}
		list = append(list, got...)
	}
	b.discard(dir)
	codes, err := b.barcodes()
	return append(list, codes), err
}

// shipmentOf is a shipment whose document has about so many bytes: pallets of 48
// cases of 40 packs, each pack named twice.
func shipmentOf(f form, bytesWanted int) (epcistest.Shipment, error) {
	s := epcistest.Shipment{CasesPerPallet: 48, PacksPerCase: 40}
	var n [2]counter
	for i := range n {
		s.Pallets = i + 1
		if err := f.write(s, &n[i]); err != nil {
			return s, err
		}
	}
	s.Pallets = max(1, (bytesWanted-int(2*n[0]-n[1]))/int(n[1]-n[0]))
	return s, nil
}

// counter counts what is written.
type counter int64

func (c *counter) Write(b []byte) (int, error) { *c += counter(len(b)); return len(b), nil }

// format measures one document in one form.
func (b *bench) format(ctx context.Context, f form, size int, path string) ([]figure, error) {
	s, err := shipmentOf(f, size)
	if err != nil {
		return nil, err
	}
	if err := writeFile(path, func(out io.Writer) error { return f.write(s, out) }); err != nil {
		return nil, err
	}
	var parse, check, hash, base, events sample
	count := 0
	for range b.size.repeats {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for _, way := range []struct {
			to *sample
			do func(io.Reader) error
		}{
			{&base, f.tokens},
			{&parse, func(r io.Reader) error { n, err := readEvents(r, nil, false); count = n; return err }},
			{&check, func(r io.Reader) error { _, err := readEvents(r, newChecker(), false); return err }},
			{&hash, func(r io.Reader) error { _, err := readEvents(r, newChecker(), true); return err }},
		} {
			rate, err := throughFile(path, way.do)
			if err != nil {
				return nil, err
			}
			way.to.add(rate.megabytes)
			if way.to == &hash {
				events.add(float64(count) / rate.took.Seconds())
			}
		}
	}
	b.say("%s of %s bytes: %d events, %d packs", f.name, number(float64(size)), count, s.Packs())
	name := fmt.Sprintf("%s of %s MB", f.name, number(float64(size)/1e6))
	return []figure{
		{name: name + ", parsed", got: parse, base: base, unit: "MB/s", note: "the baseline reads the same file's tokens with the standard library and does nothing with them"},
		{name: name + ", parsed and checked", got: check, base: base, unit: "MB/s"},
		{name: name + ", parsed, checked and hashed", got: hash, base: base, unit: "MB/s"},
		{name: name + ", parsed, checked and hashed", got: events, unit: "events/s", note: fmt.Sprintf("%d events that name %s packs, cases and pallets", count, number(float64(s.Objects())))},
	}, nil
}

func newChecker() *epcis.Checker {
	return epcis.NewChecker(epcis.CheckOptions{Now: epcistest.Defaults().Shipped.AddDate(0, 0, 7)})
}

// readEvents reads a document as capture does, and returns how many events it has.
func readEvents(in io.Reader, check *epcis.Checker, hash bool) (int, error) {
	r, err := epcis.NewReader(in, epcis.Options{File: "shipment"})
	if err != nil {
		return 0, err
	}
	for n := 0; ; n++ {
		e, err := r.Next()
		if errors.Is(err, io.EOF) {
			if check != nil {
				check.Finish(r.Header())
			}
			return n, nil
		}
		if err != nil {
			return n, err
		}
		if check != nil {
			if found := check.Event(e); len(found) > 0 {
				return n, fmt.Errorf("a document that breaks no rule was found wrong: %v", found[0])
			}
		}
		if hash {
			if _, err := e.HashID(); err != nil {
				return n, err
			}
		}
	}
}

// speed is how fast a file was read.
type speed struct {
	megabytes float64 // a second
	took      time.Duration
}

func throughFile(path string, do func(io.Reader) error) (speed, error) {
	f, err := os.Open(path)
	if err != nil {
		return speed{}, fmt.Errorf("couldn't read a document: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return speed{}, fmt.Errorf("couldn't read a document: %w", err)
	}
	began := time.Now()
	err = do(f)
	took := time.Since(began)
	return speed{float64(info.Size()) / 1e6 / took.Seconds(), took}, err
}

func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("couldn't write a document: %w", err)
	}
	return errors.Join(write(f), f.Close())
}

// barcodeRounds is how often each of the barcodes is read in one run.
const barcodeRounds = 50_000

// elementStringMost is how many nanoseconds an element string may take.
const elementStringMost = 1_000

// scans are element strings as a scanner gives them: a pack, one with separators,
// and a pallet.
var scans = []string{
	"]d201003000101234551727123110LOT4711\x1d211001",
	"]d2010030001012345521A1B2C3D4E5\x1d1728063010LOT-7A",
	"]C100095040000000000011",
}

// barcodes measures reading element strings.
func (b *bench) barcodes() (figure, error) {
	var got sample
	for range b.size.repeats {
		began := time.Now()
		if err := readScans(); err != nil {
			return figure{}, err
		}
		got.add(float64(time.Since(began).Nanoseconds()) / float64(barcodeRounds*len(scans)))
	}
	return figure{name: "an element string, parsed", got: got, unit: "ns", goal: atMost(elementStringMost)}, nil
}

func readScans() error {
	for range barcodeRounds {
		for _, s := range scans {
			if _, err := gs1.Parse(s); err != nil {
				return fmt.Errorf("%q: %w", s, err)
			}
		}
	}
	return nil
}
