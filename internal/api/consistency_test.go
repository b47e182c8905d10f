package api

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"testing"

	"pedigree/proof"
)

// testLog answers from its fields.
type testLog struct {
	found bool
	err   error
	asked *uint64
}

func (l testLog) Consistency(from uint64) (proof.ConsistencyProof, bool, error) {
	*l.asked = from
	return proof.ConsistencyProof{}, l.found, l.err
}

func TestConsistencyIsProvedOrSaidToBeMissing(t *testing.T) {
	for _, tc := range []struct {
		name, path string
		log        testLog
		status     int
		asked      uint64
	}{
		{"from a header", "/api/v1/consistency?from=7", testLog{found: true}, http.StatusOK, 7},
		{"from the newest", "/api/v1/consistency", testLog{found: true}, http.StatusOK, 0},
		{"from a header that is pruned", "/api/v1/consistency?from=7", testLog{}, http.StatusNotFound, 7},
		{"from no number", "/api/v1/consistency?from=-1", testLog{found: true}, http.StatusUnprocessableEntity, 0},
		{"on a disk that fails", "/api/v1/consistency?from=7", testLog{err: errors.New("the disk")}, http.StatusInternalServerError, 7},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, err := New(Config{Listen: "127.0.0.1:0", Token: testToken, Log: slog.New(slog.DiscardHandler)})
			if err != nil {
				t.Fatal(err)
			}
			var asked uint64
			tc.log.asked = &asked
			AddConsistency(s, tc.log)
			if err := s.Start(); err != nil {
				t.Fatal(err)
			}
			defer s.Stop()
			res, body := ask(t, s, http.MethodGet, tc.path, "", nil)
			if res.StatusCode != tc.status || asked != tc.asked {
				t.Errorf("asked for %d, answered with %d: %s", asked, res.StatusCode, body)
			}
			if tc.status != http.StatusOK {
				return
			}
			if want := (proof.ConsistencyProof{}).Encode(); !bytes.Equal(body, want) {
				t.Errorf("the proof came as %x, want %x", body, want)
			}
		})
	}
}
