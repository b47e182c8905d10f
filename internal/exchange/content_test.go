package exchange

import (
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/humatest"

	"pedigree/ledger/ledgertest"
)

// TestWhatAPartnerSentIsNeverShownAsAPage serves markup under several names.
func TestWhatAPartnerSentIsNeverShownAsAPage(t *testing.T) {
	for _, s := range []*Subject{
		{Name: "page.html", MediaType: "text/html"},
		{Name: `quoted".svg`, MediaType: "image/svg+xml"},
		{Name: "März; filename=b.html", MediaType: "text/html"},
		nil,
	} {
		w := httptest.NewRecorder()
		ctx := humatest.NewContext(&huma.Operation{}, httptest.NewRequest(http.MethodGet, "/", nil), w)
		name := fileName("shipment", ledgertest.HashOf("delivery"), s)
		attachment(name, io.NopCloser(strings.NewReader("<script>"))).Body(ctx)
		h := w.Header()
		how, params, err := mime.ParseMediaType(h.Get("Content-Disposition"))
		if err != nil || how != "attachment" || params["filename"] != name {
			t.Errorf("%q is given as %q: %v", name, h.Get("Content-Disposition"), err)
		}
		if h.Get("Content-Type") != "application/octet-stream" || h.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(h.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%q is served as %v", name, h)
		}
	}
}
