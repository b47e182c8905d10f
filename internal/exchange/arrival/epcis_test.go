package arrival

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pedigree/format/epcis/epcistest"
	"pedigree/internal/exchange"
)

// arrived is a document in memory.
type arrived struct {
	content io.Reader
	failed  error
}

func (a arrived) OpenArrived(context.Context, exchange.Incoming) (io.ReadCloser, error) {
	return io.NopCloser(a.content), a.failed
}

// incoming is how the tests' documents arrived.
var incoming = exchange.Incoming{From: "maker", Kind: KindEPCIS, Received: time.Date(2027, 3, 1, 8, 0, 0, 0, time.UTC), Subject: exchange.Subject{Name: "events.xml"}}

func judge(t *testing.T, content io.Reader) exchange.Outcome {
	t.Helper()
	out, err := EPCIS(arrived{content: content}).Arrived(t.Context(), incoming)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func shipment(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := epcistest.Defaults().WriteXML(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func sample(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "..", "format", "epcis", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestADocumentIsAnsweredByWhatIsFoundInIt(t *testing.T) {
	whole := shipment(t)
	for name, c := range map[string]struct {
		content string
		answer  exchange.Answer
		state   exchange.State
		rule    string // in the first finding
	}{
		"a maker's shipment":               {whole, exchange.Accepted, exchange.Waiting, ""},
		"without the header that US asks":  {withoutHeader(t, whole), exchange.AcceptedWithFindings, exchange.Waiting, "dscsa/"},
		"an XML file of something else":    {"<invoice/>", exchange.RejectedWithFindings, exchange.Rejected, "epcis/"},
		"no XML":                           {"the invoice is due", exchange.RejectedWithFindings, exchange.Rejected, "epcis/not-epcis"},
		"nothing":                          {"", exchange.RejectedWithFindings, exchange.Rejected, "epcis/"},
		"cut off":                          {whole[:len(whole)*2/3], exchange.RejectedWithFindings, exchange.Rejected, "epcis/"},
		"a document type with entities":    {`<!DOCTYPE a [<!ENTITY b "b">]>` + whole, exchange.RejectedWithFindings, exchange.Rejected, "epcis/"},
		"an identifier of no known form":   {strings.Replace(whole, "urn:epc:id:sgtin:", "urn:epc:id:sgtim:", 1), exchange.RejectedWithFindings, exchange.Rejected, ""},
		"a markup that is no EPCIS at all": {"<html><script>alert(1)</script></html>", exchange.RejectedWithFindings, exchange.Rejected, "epcis/"},
		"a JSON document of the same sort": {sample(t, "shipment.jsonld"), 0, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			out := judge(t, strings.NewReader(c.content))
			if out.Answer == nil {
				t.Fatal("its sender is told nothing")
			}
			if c.answer != 0 && (out.Answer.Answer != c.answer || out.State != c.state) {
				t.Errorf("it is %d (%d): %s\n%v", out.Answer.Answer, out.State, out.Reason, out.Answer.Items)
			}
			if c.rule != "" && (len(out.Answer.Items) == 0 || !strings.Contains(out.Answer.Items[0].Item, c.rule)) {
				t.Errorf("the findings are %v", out.Answer.Items)
			}
			if (out.Answer.Answer == exchange.Accepted) != (len(out.Answer.Items) == 0) {
				t.Errorf("%d findings with answer %d", len(out.Answer.Items), out.Answer.Answer)
			}
			back, err := exchange.DecodeAcknowledgement(out.Answer.Encode())
			if err != nil || len(back.Items) != len(out.Answer.Items) {
				t.Errorf("the answer can't be read: %v", err)
			}
			if again := judge(t, strings.NewReader(c.content)); fmt.Sprint(again.Answer) != fmt.Sprint(out.Answer) {
				t.Errorf("a second look finds %v", again.Answer)
			}
		})
	}
}

// withoutHeader leaves out what the DSCSA guideline asks of a document's header.
func withoutHeader(t *testing.T, s string) string {
	t.Helper()
	from, to := strings.Index(s, "<gs1ushc:dscsaTransactionStatement>"), strings.Index(s, "</gs1ushc:dscsaTransactionStatement>")
	if from < 0 || to < from {
		t.Fatal("the shipment has no transaction statement")
	}
	return s[:from] + s[to+len("</gs1ushc:dscsaTransactionStatement>"):]
}

func TestFindingsHaveALimitAndTheGraveOnesGoFirst(t *testing.T) {
	event := `<ObjectEvent><eventTime>2027-01-01T00:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset><epcList><epc>%s</epc></epcList><action>OBSERVE</action></ObjectEvent>`
	var b strings.Builder
	b.WriteString(`<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1" schemaVersion="1.2" creationDate="2027-01-01T00:00:00Z"><EPCISBody><EventList>`)
	for range findingsMax {
		fmt.Fprintf(&b, event, "urn:epc:id:sgtin:0399991.012345.1")
	}
	for range findingsMax + 1 {
		fmt.Fprintf(&b, event, "urn:epc:id:sgtin:wrong"+strings.Repeat("x", 300))
	}
	b.WriteString(`</EventList></EPCISBody></epcis:EPCISDocument>`)
	out := judge(t, strings.NewReader(b.String()))
	if len(out.Answer.Items) != findingsMax || out.Answer.Answer != exchange.RejectedWithFindings {
		t.Fatalf("%d findings with answer %d: %s", len(out.Answer.Items), out.Answer.Answer, out.Reason)
	}
	for _, i := range out.Answer.Items {
		if len(i.Item) > itemBytesMax || len(i.Reason) > textBytesMax || strings.HasPrefix(i.Item, "dscsa") {
			t.Errorf("a finding reads %+v", i)
		}
	}
}

func TestAStoreThatFailsIsNotTheDocumentsFault(t *testing.T) {
	broken := errors.New("the disk failed")
	for name, a := range map[string]arrived{
		"at once":            {failed: broken},
		"in the header":      {content: io.MultiReader(strings.NewReader(shipment(t)[:200]), failing{broken})},
		"in the last events": {content: io.MultiReader(strings.NewReader(shipment(t)[:len(shipment(t))-300]), failing{broken})},
	} {
		if out, err := EPCIS(a).Arrived(t.Context(), incoming); !errors.Is(err, broken) || out.Answer != nil {
			t.Errorf("%s: %v, %v", name, out, err)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := EPCIS(arrived{content: strings.NewReader(shipment(t))}).Arrived(ended, incoming); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
