package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

// testKeeper writes a text, then ends with an error.
type testKeeper struct {
	text string
	err  error
}

func (k testKeeper) Backup(_ context.Context, w io.Writer) error {
	if k.text != "" {
		if _, err := io.WriteString(w, k.text); err != nil {
			return err
		}
	}
	return k.err
}

func TestABackupIsAStreamOrAProblem(t *testing.T) {
	for _, tc := range []struct {
		name   string
		keeper testKeeper
		status int
		kind   string
		body   string
	}{
		{"a whole one", testKeeper{"the tar", nil}, http.StatusOK, "application/x-tar", "the tar"},
		{"one that is cut off", testKeeper{"the t", errors.New("the disk failed")}, http.StatusOK, "application/x-tar", "the t"},
		{"none, for another is being taken", testKeeper{"", ErrBusy}, http.StatusServiceUnavailable, "application/problem+json", "is being taken already"},
		{"none, for the disk failed", testKeeper{"", errors.New("the disk failed")}, http.StatusServiceUnavailable, "application/problem+json", "the disk failed"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, err := New(Config{Listen: "127.0.0.1:0", Token: testToken, Local: []string{"take-backup"}, Ready: func() error { return errors.New("catching up") }})
			if err != nil {
				t.Fatal(err)
			}
			AddBackup(s, tc.keeper)
			if err := s.Start(); err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := s.Stop(); err != nil {
					t.Error(err)
				}
			}()
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+s.Addr()+"/api/v1/backup", nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer "+testToken)
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			if err != nil || res.StatusCode != tc.status || res.Header.Get("Content-Type") != tc.kind || !strings.Contains(string(body), tc.body) {
				t.Errorf("%d %s %q, %v", res.StatusCode, res.Header.Get("Content-Type"), body, err)
			}
		})
	}
}
