package epcis

import (
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// targets are all there are.
var targets = []Target{{XML, "1.1"}, {XML, "1.2"}, {XML, "2.0"}, {JSON, "2.0"}}

func (t Target) String() string { return t.Form.String() + " " + t.Version }

// converted is a document after Convert.
type converted struct {
	text   string
	header *Header
	events []*Event
	losses []Loss
}

// lost tells whether an event (0 for the header) has a loss other than those.
func (c *converted) lost(event int, harmless ...string) bool {
	return slices.ContainsFunc(c.losses, func(l Loss) bool {
		return l.Where.Event == event && !slices.Contains(harmless, l.Rule)
	})
}

// reporter is a *testing.T or a *rapid.T.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

func convert(t reporter, doc []byte, o ConvertOptions) (*converted, error) {
	t.Helper()
	out := &converted{}
	o.OnLoss = func(l Loss) { out.losses = append(out.losses, l) }
	var b bytes.Buffer
	report, err := Convert(&b, bytes.NewReader(doc), o)
	if err != nil {
		return nil, err
	}
	out.text = b.String()
	if out.header, out.events, err = ReadAll(strings.NewReader(out.text), Options{File: "converted"}); err != nil {
		t.Fatalf("what was written can't be read: %v\n%s", err, out.text)
	}
	if report.Events != len(out.events) || report.Losses != len(out.losses) {
		t.Errorf("the report says %+v of %d events and %d losses", report, len(out.events), len(out.losses))
	}
	return out, nil
}

// levelled brings what the forms write in different ways into one: neighbours of
// one name are a list, the standard's sensor values have no kind.
func levelled(e *Event) *Event {
	out := *e
	out.Extensions = levelNodes(e.Extensions)
	out.ReadPoint.Extensions = levelNodes(e.ReadPoint.Extensions)
	out.BizLocation.Extensions = levelNodes(e.BizLocation.Extensions)
	if e.ILMD != nil {
		out.ILMD = &ILMD{Nodes: levelNodes(e.ILMD.Nodes)}
	}
	if e.ErrorDeclaration != nil {
		d := *e.ErrorDeclaration
		d.Extensions = levelNodes(d.Extensions)
		out.ErrorDeclaration = &d
	}
	out.Sensors = slices.Clone(e.Sensors)
	for i := range out.Sensors {
		s := &out.Sensors[i]
		s.Extensions = levelNodes(s.Extensions)
		s.Metadata = levelFields(s.Metadata)
		s.Reports = slices.Clone(s.Reports)
		for j := range s.Reports {
			s.Reports[j] = levelFields(s.Reports[j])
		}
	}
	return &out
}

func levelFields(list []Field) []Field {
	out := slices.Clone(list)
	for i := range out {
		if out[i].Name.Space == "" {
			out[i].Kind = KindText
		}
		out[i].Prefix = ""
	}
	return out
}

func levelNodes(list []Node) []Node {
	out := slices.Clone(list)
	for i := range out {
		n := &out[i]
		n.Children = levelNodes(n.Children)
		if n.Text != "" && len(n.Children) > 0 { // JSON's #text
			n.Text, n.Children = "", slices.Insert(n.Children, 0, Node{Text: n.Text})
		}
		if i > 0 && out[i-1].Name == n.Name || i+1 < len(out) && out[i+1].Name == n.Name {
			n.List = n.Name != Name{}
		}
		if isMasterDataSpace(n.Name.Space) {
			n.Name.Space = SpaceMasterData
		}
	}
	return out
}

func levelHeader(h *Header) *Header {
	out := *h
	out.Kind, out.SchemaVersion = 0, ""
	out.Extensions = levelNodes(h.Extensions)
	out.Document = slices.DeleteFunc(levelNodes(h.Document), func(n Node) bool { return isIgnoreFields(&n) })
	if h.SBDH != nil { // writers put the usual values back, JSON has none
		s := *h.SBDH
		s.HeaderVersion, s.Standard, s.TypeVersion, s.Type = orDefault(s.HeaderVersion, "1.0"), orDefault(s.Standard, "EPCglobal"), orDefault(s.TypeVersion, "1.0"), orDefault(s.Type, "Events")
		if s.Created.IsZero() {
			s.Created = h.CreationDate
		}
		out.SBDH = &s
	}
	out.Vocabulary = slices.Clone(h.Vocabulary)
	for i := range out.Vocabulary {
		v := &out.Vocabulary[i]
		v.Extensions = levelNodes(v.Extensions)
		v.Elements = slices.Clone(v.Elements)
		for j := range v.Elements {
			el := &v.Elements[j]
			el.Extensions = levelNodes(el.Extensions)
			el.Attributes = slices.Clone(el.Attributes)
			for k := range el.Attributes {
				el.Attributes[k].Children = levelNodes(el.Attributes[k].Children)
			}
		}
	}
	return &out
}

// keepsHash are the losses that no hash notices.
var keepsHash = []string{LossComment, LossContext, LossWord, LossEventID, LossAttribute, LossList, LossValueKind, LossOrder, LossMixed, LossPrefixUnknown, LossNoDigitalLink, LossNoURN, LossLinkDetail}

// wantSame holds what was converted against the source: every difference must
// have been named.
func wantSame(t reporter, h *Header, events []*Event, got *converted) {
	t.Helper()
	if !got.lost(0, LossComment, LossContext, LossMasterDocument) {
		want, have := levelHeader(h), levelHeader(got.header)
		if diff := cmp.Diff(want, have, sameContent); diff != "" {
			t.Errorf("header: %s", diff)
		}
		if diff := cmp.Diff(h.ignored, got.header.ignored, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("names that hashes leave out: %s", diff)
		}
	}
	next := 0
	for _, e := range events {
		if got.lost(e.Where.Event) && slices.ContainsFunc(got.losses, func(l Loss) bool {
			return l.Where.Event == e.Where.Event && (l.Rule == LossAssociation || l.Rule == LossErrorDeclaration)
		}) {
			continue
		}
		if next == len(got.events) {
			t.Fatalf("event %d is missing", e.Where.Event)
		}
		have := got.events[next]
		next++
		if !got.lost(e.Where.Event, LossComment, LossContext, LossWord) {
			if diff := cmp.Diff(levelled(e), levelled(have), sameContent); diff != "" {
				t.Errorf("event %d: %s", e.Where.Event, diff)
			}
		}
		if got.lost(e.Where.Event, keepsHash...) || e.EventTime.IsZero() {
			continue
		}
		before, err := e.PreHash()
		after, err2 := have.PreHash()
		if before != after || err != nil || err2 != nil {
			t.Errorf("event %d has another hash, losses %v\n%s\n%s", e.Where.Event, got.losses, before, after)
		}
	}
	if next != len(got.events) {
		t.Errorf("%d events too many", len(got.events)-next)
	}
}

// TestConversionKeepsOrNamesEverything takes every readable reference document
// into every target.
func TestConversionKeepsOrNamesEverything(t *testing.T) {
	corpus(t, func(t *testing.T, _ string, data []byte) {
		h, events, err := ReadAll(bytes.NewReader(data), Options{})
		if err != nil {
			return
		}
		for _, to := range targets {
			t.Run(to.String(), func(t *testing.T) {
				got, err := convert(t, data, ConvertOptions{To: to})
				var refused *Error
				if errors.As(err, &refused) && refused.Rule == "epcis/unwritable" {
					t.Logf("%v", err)
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				wantSame(t, h, events, got)
			})
		}
	})
}

// TestConversionThereAndBack goes through JSON and returns.
func TestConversionThereAndBack(t *testing.T) {
	for _, file := range []string{"shipment.xml", "shipment.jsonld"} {
		h, events := readFile(t, filepath.Join("testdata", file))
		for _, via := range targets[1:] {
			t.Run(file+" by "+via.String(), func(t *testing.T) {
				there, err := convert(t, readBytes(t, filepath.Join("testdata", file)), ConvertOptions{To: via})
				if err != nil {
					t.Fatal(err)
				}
				back, err := convert(t, []byte(there.text), ConvertOptions{To: Target{Form: h.Form, Version: h.SchemaVersion}})
				if err != nil {
					t.Fatal(err)
				}
				back.losses = append(back.losses, there.losses...)
				wantSame(t, h, events, back)
			})
		}
	}
}

type onlyReader struct{ io.Reader }
