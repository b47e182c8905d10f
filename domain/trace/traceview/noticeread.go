package traceview

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"pedigree/format/gs1"
	"pedigree/format/sheet"
)

// noticeColumns are the columns of a list of recall notices.
var noticeColumns = []string{"gtin", "lot", "reference", "class", "from", "to"}

// ReadNotices reads a list of recall notices: comma-separated values in UTF-8 (RFC
// 4180) whose first line names the columns gtin, lot, reference, class, from and to, in
// any order. lot, class, from and to may be empty. One bad line refuses the whole list.
func ReadNotices(r io.Reader) ([]Notice, error) {
	return readNotices(r, func(int) error { return nil })
}

// readNotices tells of each line when it is read, also of one that says again what stood
// before.
func readNotices(r io.Reader, each func(line int) error) ([]Notice, error) {
	in, err := sheet.Open(r, sheet.Options{Limits: sheet.Limits{Bytes: NoticeFileSizeMax, Record: noticeLineMax, Rows: noticeLinesMax, Columns: noticeColumnsMax}})
	if err != nil {
		return nil, fmt.Errorf("the list can't be read: %w; its first line must name the columns %s", err, strings.Join(noticeColumns, ", "))
	}
	places, err := noticePlaces(in.Head)
	if err != nil {
		return nil, err
	}
	var list []Notice
	seen := map[[3]string]bool{}
	for {
		row, line, err := in.Next()
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if file := (*sheet.FileError)(nil); errors.As(err, &file) && file.Limit {
			return nil, fmt.Errorf("the list can't be read: %w; load what concerns your products", err)
		}
		if err != nil {
			return nil, fmt.Errorf("the list can't be read: %w", err)
		}
		if len(list) == NoticesMax {
			return nil, fmt.Errorf("line %d: the list has more than %d notices; load what concerns your products", line, NoticesMax)
		}
		n, err := readNotice(row, places)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		if key := [3]string{n.GTIN, n.Lot, n.Reference}; !seen[key] {
			seen[key] = true
			list = append(list, n)
		}
		if err := each(line); err != nil {
			return nil, err
		}
	}
}

// noticePlaces finds each column in the list's first line.
func noticePlaces(head []string) (map[string]int, error) {
	places := map[string]int{}
	for i, name := range head {
		name = strings.ToLower(strings.TrimSpace(name))
		if !slices.Contains(noticeColumns, name) {
			return nil, fmt.Errorf("the column %.40q is none of %s; name or remove it", name, strings.Join(noticeColumns, ", "))
		}
		if _, twice := places[name]; twice {
			return nil, fmt.Errorf("the column %s stands twice", name)
		}
		places[name] = i
	}
	for _, name := range noticeColumns {
		if _, ok := places[name]; !ok {
			return nil, fmt.Errorf("the column %s is missing; the columns are %s", name, strings.Join(noticeColumns, ", "))
		}
	}
	return places, nil
}

func readNotice(row []string, places map[string]int) (Notice, error) {
	at := func(name string) string { return strings.TrimSpace(row[places[name]]) }
	n := Notice{Lot: at("lot"), Reference: at("reference")}
	gtin, err := gs1.ParseGTIN(at("gtin"))
	if err != nil {
		return n, fmt.Errorf("gtin: %w", err)
	}
	n.GTIN = string(gtin)
	if n.Lot != "" {
		if err := gs1.CheckLot(n.Lot); err != nil {
			return n, fmt.Errorf("lot: %w", err)
		}
	}
	switch {
	case n.Reference == "" || len(n.Reference) > NoticeTextMax:
		return n, fmt.Errorf("reference: it has %d bytes where 1 to %d are taken", len(n.Reference), NoticeTextMax)
	case strings.ContainsAny(n.Reference[:1], "=+-@"):
		return n, errors.New("reference: it begins like a formula; remove the sign before it")
	}
	switch class := at("class"); class {
	case "":
	case "1", "I":
		n.Class = 1
	case "2", "II":
		n.Class = 2
	case "3", "III":
		n.Class = 3
	default:
		return n, fmt.Errorf("class: %.20q is none of I, II and III", class)
	}
	for name, day := range map[string]*time.Time{"from": &n.From, "to": &n.To} {
		if text := at(name); text != "" {
			if *day, err = time.Parse(time.DateOnly, text); err != nil {
				return n, fmt.Errorf("%s: %.20q is no day; write it like 2026-01-31", name, text)
			}
		}
	}
	if !n.To.IsZero() && n.To.Before(n.From) {
		return n, errors.New("to: it is before from")
	}
	return n, nil
}
