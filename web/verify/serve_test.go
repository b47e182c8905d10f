package verify

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"
)

func files(t *testing.T) fs.FS {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte("\x00asm")); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{"built/" + WasmFile: {Data: b.Bytes()}, "built/" + ExecFile: {Data: []byte("'go'")}}
}

func TestTheVerifierIsServedAsABrowserTakesIt(t *testing.T) {
	tests := []struct {
		name, path, accept string
		status             int
		kind, coding, body string
	}{
		{"compressed", "/verifier/verify.wasm", "br, gzip", 200, "application/wasm", "gzip", ""},
		{"unpacked, to who takes no coding", "/verifier/verify.wasm", "", 200, "application/wasm", "", "\x00asm"},
		{"its support script", "/verifier/wasm_exec.js", "gzip", 200, "text/javascript; charset=utf-8", "", "'go'"},
		{"nothing else", "/verifier/README.md", "", 404, "text/plain; charset=utf-8", "", "404 page not found\n"},
		{"nothing above", "/verifier/../page.go", "", 404, "text/plain; charset=utf-8", "", "404 page not found\n"},
	}
	h := handler(files(t), "/verifier/")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, tt.path, nil)
			r.Header.Set("Accept-Encoding", tt.accept)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != tt.status || w.Header().Get("Content-Type") != tt.kind || w.Header().Get("Content-Encoding") != tt.coding {
				t.Fatalf("status %d, headers %v", w.Code, w.Header())
			}
			if tt.coding == "" && w.Body.String() != tt.body {
				t.Errorf("body %q", w.Body)
			}
			if tt.status != 200 {
				return
			}
			r.Header.Set("If-None-Match", w.Header().Get("ETag"))
			w = httptest.NewRecorder()
			if h.ServeHTTP(w, r); w.Code != http.StatusNotModified {
				t.Errorf("asked again it is sent again: %d", w.Code)
			}
		})
	}
}

func TestAProgramWithoutTheVerifierSaysSo(t *testing.T) {
	w := httptest.NewRecorder()
	handler(fstest.MapFS{}, "/verifier/").ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/verifier/verify.wasm", nil))
	if w.Code != http.StatusNotImplemented || w.Body.String() != ErrNotBuilt.Error()+"\n" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
