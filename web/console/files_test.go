package console

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func packed(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pages(t *testing.T) fs.FS {
	return fstest.MapFS{
		"built/README.md":           {Data: []byte("read me")},
		"built/index.html.gz":       {Data: packed(t, "<!doctype html>")},
		"built/index.html.br":       {Data: []byte("small page")},
		"built/assets/a-1.js.gz":    {Data: packed(t, "go()")},
		"built/assets/a-1.js.br":    {Data: []byte("small")},
		"built/assets/f-2.woff2":    {Data: []byte("font")},
		"built/assets/deep/b.js.gz": {Data: packed(t, "deep()")},
	}
}

func TestFilesAreSentAsTheClientTakesThem(t *testing.T) {
	for _, c := range []struct {
		name, at, accept             string
		status                       int
		coding, kind, cache, content string
	}{
		{"the first page", "/console/", "gzip, deflate, br", 200, "br", "text/html; charset=utf-8", askAgain, "small page"},
		{"an address inside", "/console/journey?id=/01/1", "br", 200, "br", "text/html; charset=utf-8", askAgain, "small page"},
		{"to one that takes gzip", "/console/", "gzip", 200, "gzip", "text/html; charset=utf-8", askAgain, string(packed(t, "<!doctype html>"))},
		{"to one that takes nothing", "/console/", "", 200, "", "text/html; charset=utf-8", askAgain, "<!doctype html>"},
		{"to one that refuses both", "/console/", "br;q=0, gzip;q=0.0", 200, "", "text/html; charset=utf-8", askAgain, "<!doctype html>"},
		{"to one that likes gzip little", "/console/", "GZIP;q=0.1", 200, "gzip", "text/html; charset=utf-8", askAgain, string(packed(t, "<!doctype html>"))},
		{"a script", "/console/assets/a-1.js", "br", 200, "br", "text/javascript; charset=utf-8", forGood, "small"},
		{"a font", "/console/assets/f-2.woff2", "br", 200, "", "font/woff2", forGood, "font"},
		{"a script of a former build", "/console/assets/a-0.js", "br", 404, "", "", "", "load the page again"},
		{"a folder", "/console/assets/deep", "", 404, "", "", "", ""},
		{"a way out of the folder", "/console/../built/README.md", "", 200, "", "text/html; charset=utf-8", askAgain, "<!doctype html>"},
		{"what isn't for reading", "/console/README.md", "", 200, "", "text/html; charset=utf-8", askAgain, "<!doctype html>"},
		{"a compressed file by its own name", "/console/assets/a-1.js.gz", "", 404, "", "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, c.at, nil)
			r.Header.Set("Accept-Encoding", c.accept)
			w := httptest.NewRecorder()
			handler(pages(t), "/console/").ServeHTTP(w, r)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.content) {
				t.Errorf("%d, %q, want %d and %q", w.Code, w.Body, c.status, c.content)
			}
			if w.Header().Get("Content-Security-Policy") != Policy {
				t.Error("it has no policy")
			}
			if c.status != 200 {
				return
			}
			for name, want := range map[string]string{"Content-Encoding": c.coding, "Content-Type": c.kind, "Cache-Control": c.cache} {
				if got := w.Header().Get(name); got != want {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
		})
	}
}

func TestAProgramWithoutTheConsoleSaysSo(t *testing.T) {
	w := httptest.NewRecorder()
	handler(fstest.MapFS{"built/README.md": {}}, "/console/").ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/console/scan", nil))
	if w.Code != http.StatusNotImplemented || !strings.Contains(w.Body.String(), "make console") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestWhatTheConsoleIsBuiltFromIsRead(t *testing.T) {
	got, err := materials(fstest.MapFS{"built/materials.json.gz": {Data: packed(t, `[{"name":"react","version":"1.2.3","licence":"MIT","integrity":"sha512-AA==","text":"free"}]`)}})
	if err != nil || len(got) != 1 || got[0] != (Material{"react", "1.2.3", "MIT", "sha512-AA==", "free"}) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := materials(fstest.MapFS{}); got != nil || err != nil {
		t.Errorf("without a console: %+v, %v", got, err)
	}
	if _, err := materials(fstest.MapFS{"built/materials.json.gz": {Data: packed(t, `{`)}}); err == nil {
		t.Error("a list that can't be read is none")
	}
}
