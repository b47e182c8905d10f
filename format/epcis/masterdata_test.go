package epcis

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/internal/sharedtest"
)

// masterDocument is a document of master data alone with everything that may
// stand in one.
func masterDocument(space, version string) string {
	return `<m:EPCISMasterDataDocument xmlns:m="` + space + `" xmlns:x="https://x.example.com/" schemaVersion="` + version + `" creationDate="2026-01-01T00:00:00Z">` +
		`<EPCISBody><VocabularyList><Vocabulary type="urn:epcglobal:epcis:vtype:Location"><VocabularyElementList>` +
		`<VocabularyElement id="urn:epc:id:sgln:0399991.00001.0"><attribute id="urn:epcglobal:cbv:mda#city">Springfield</attribute>` +
		`<attribute id="https://x.example.com/hours"><x:day><x:from>8</x:from><x:to>17</x:to></x:day></attribute>` +
		`<attribute id="https://x.example.com/empty"/><children><id>urn:epc:id:sgln:0399991.00001.7</id></children><x:note>first</x:note></VocabularyElement>` +
		`<VocabularyElement id="urn:x:without-attributes"/></VocabularyElementList></Vocabulary>` +
		`<Vocabulary type="https://x.example.com/OwnType"/></VocabularyList></EPCISBody></m:EPCISMasterDataDocument>`
}

func TestADocumentOfMasterDataIsReadAndWritten(t *testing.T) {
	for _, source := range []struct{ space, version string }{{SpaceMaster1, "1.2"}, {SpaceMaster2, "2.0"}} {
		doc := masterDocument(source.space, source.version)
		h, events, err := ReadAll(strings.NewReader(doc), Options{})
		if err != nil || len(events) != 0 || h.Kind != MasterDataDocument || len(h.Vocabulary) != 2 {
			t.Fatalf("%v, %d events, %+v", err, len(events), h)
		}
		el := h.Find(VocabularyLocation, "urn:epc:id:sgln:0399991.00001.0")
		if el.Get("city") != "Springfield" || len(el.Attributes) != 3 || len(el.Attributes[1].Children) != 1 || el.Children[0] != "urn:epc:id:sgln:0399991.00001.7" || el.Extensions[0].Text != "first" {
			t.Errorf("%+v", el)
		}
		for _, to := range targets {
			t.Run(source.version+" into "+to.String(), func(t *testing.T) {
				got, err := convert(t, []byte(doc), ConvertOptions{To: to})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(levelHeader(h), levelHeader(got.header), sameContent); diff != "" {
					t.Error(diff)
				}
				if want := MasterDataDocument; to.Form == XML && (got.header.Kind != want || got.header.SchemaVersion != to.Version || len(got.losses) > 0) {
					t.Errorf("kind %d, version %s, losses %v", got.header.Kind, got.header.SchemaVersion, got.losses)
				}
			})
		}
	}
}

func TestADocumentOfMasterDataHoldsNoEvents(t *testing.T) {
	w, err := NewXMLWriter(&bytes.Buffer{}, &Header{Kind: MasterDataDocument}, XMLOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(&Event{Type: ObjectEvent, EventTime: fixedTime}); err == nil {
		t.Error("an event was accepted")
	}
}

// TestMasterDataOfAllPossibleFields reads the reference document without its
// DOCTYPE, which is refused, and takes it into every form.
func TestMasterDataOfAllPossibleFields(t *testing.T) {
	path := filepath.Join(sharedtest.Path(t, "epcis", "gs1-examples", "XML", "WithFullCombinationOfFields"), "masterdata_all_possible_fields.xml")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data = bytes.Replace(data, []byte("<!DOCTYPE project>"), nil, 1)
	h, events, err := ReadAll(bytes.NewReader(data), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(h.Vocabulary) != 2 || len(h.Vocabulary[0].Elements[0].Attributes) != 5 || len(h.Vocabulary[1].Elements[0].Children) != 1 {
		t.Fatalf("%+v", h.Vocabulary)
	}
	for _, to := range targets {
		got, err := convert(t, data, ConvertOptions{To: to})
		if err != nil {
			t.Fatal(err)
		}
		wantSame(t, h, events, got)
		if to == to12 || to == to20 {
			if got.lost(0, LossComment) {
				t.Errorf("%s loses %v", to, got.losses)
			}
		}
	}
}

func TestMasterDataOfJSONKeepsItsKinds(t *testing.T) {
	const vocabulary = `"epcisHeader":{"epcisMasterData":{"vocabularyList":[{"type":"urn:x:t","vocabularyElementList":[{"id":"urn:x:a","attributes":[` +
		`{"id":"urn:x:number","attribute":12.50},{"id":"urn:x:object","attribute":{"x:a":[1,{"x:b":null}]}},{"id":"urn:x:none","attribute":[]},{"id":"urn:x:absent"}],"children":["urn:x:b"]}]}]}},`
	doc := strings.Replace(jsonEvent(""), `"epcisBody"`, vocabulary+`"epcisBody"`, 1)
	h, events, err := ReadAll(strings.NewReader(doc), Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := convert(t, []byte(doc), ConvertOptions{To: toJSON, RefuseLoss: true})
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, h, events, got)
	if kind := got.header.Vocabulary[0].Elements[0].Attributes[0].Kind; kind != KindNumber {
		t.Errorf("the number became kind %d", kind)
	}
}
