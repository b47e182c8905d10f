package courier_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/internal/courier"
)

func TestFiguresOfParcels(t *testing.T) {
	p := newPost(t, loopback, courier.Config{Outlets: []courier.Outlet{{Name: "out", Folder: t.TempDir()}}})
	if f, err := p.Figures(t.Context()); err != nil || f.Oldest != 0 || f.Parcels["queued"] != 0 || f.Inlets != 0 || f.Late != 0 {
		t.Fatalf("%+v, %v", f, err)
	}
	for _, content := range []string{"<a/>", "<b/>"} {
		if _, _, err := p.queue(courier.Posting{Partner: "maker", Way: courier.WayHand}, content); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := p.Drop(t.Context(), 1, "by mistake"); err != nil {
		t.Fatal(err)
	}
	f, err := p.Figures(t.Context())
	want := map[string]int{"queued": 1, "sent": 0, "acknowledged": 0, "failed": 0, "dropped": 1}
	if diff := cmp.Diff(want, f.Parcels); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}

func TestARefusedParcelIsCountedAsFailed(t *testing.T) {
	address, c := partnerServer(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) })
	p := newPost(t, loopback, credentials(c))
	n, _, err := p.queue(courier.Posting{Partner: "maker", Way: courier.WayHTTPS, Address: address, Credential: "w"}, "<a/>")
	if err != nil {
		t.Fatal(err)
	}
	p.until(n, in("failed"))
	if f, err := p.Figures(t.Context()); err != nil || f.Parcels["failed"] != 1 || f.Oldest != 0 {
		t.Errorf("%+v, %v", f, err)
	}
}
