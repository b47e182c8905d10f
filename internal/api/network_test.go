package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type testNetwork struct{ err error }

func (n testNetwork) Network() (NetworkView, error) {
	return NetworkView{Height: 7, Peers: []NetPeer{{Node: "aa", Behind: 2}}}, n.err
}

func TestTheNetworkIsToldAsTheNodeSeesIt(t *testing.T) {
	for name, err := range map[string]error{"a node that sees it": nil, "a node that can't read": errors.New("the disk")} {
		t.Run(name, func(t *testing.T) {
			s, wrong := New(Config{Listen: "127.0.0.1:0", Token: testToken, Version: "v9", Log: slog.New(slog.DiscardHandler)})
			if wrong != nil {
				t.Fatal(wrong)
			}
			found := []NodeFinding{{Check: "disk", Verdict: "WARN", Text: "full", Do: "make room"}}
			AddNetwork(s, testNetwork{err}, func(context.Context) []NodeFinding { return found })
			if err := s.Start(); err != nil {
				t.Fatal(err)
			}
			defer s.Stop()
			res, raw := ask(t, s, http.MethodGet, "/api/v1/network", "", nil)
			var v NetworkView
			if err != nil {
				if res.StatusCode != http.StatusInternalServerError {
					t.Errorf("status %d", res.StatusCode)
				}
				return
			}
			if json.Unmarshal([]byte(raw), &v) != nil || v.Version != "v9" || v.Height != 7 || v.Peers[0].Behind != 2 {
				t.Errorf("%d %s", res.StatusCode, raw)
			}
			_, raw = ask(t, s, http.MethodGet, "/api/v1/health", "", nil)
			var list []NodeFinding
			if err := json.Unmarshal([]byte(raw), &list); err != nil || !cmp.Equal(found, list) {
				t.Errorf("%s", raw)
			}
		})
	}
}
