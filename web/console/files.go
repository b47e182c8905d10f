package console

import (
	"bytes"
	"compress/gzip"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
)

// Policy is the pages' content-security policy.
const Policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; " +
	"font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; media-src 'self' blob:; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// permissions of the browser that the pages may ask a person for.
const permissions = "camera=(self), microphone=(), geolocation=(), payment=(), usb=()"

const (
	indexFile = "index.html"
	forGood   = "public, max-age=31536000, immutable"
	askAgain  = "no-cache"
)

// assets are the files whose names hold a hash of their content.
const assets = "assets/"

//go:embed built
var built embed.FS

// ErrNotBuilt says that the program has no console inside.
var ErrNotBuilt = errors.New("this program was built without the console; run make console and build it again")

// Ready reports whether the program has the console inside.
func Ready() bool {
	_, err := fs.Stat(built, "built/"+indexFile+".gz")
	return err == nil
}

// Handler serves the console's files below prefix, which begins and ends with "/".
func Handler(prefix string) http.Handler { return handler(built, prefix) }

func handler(files fs.FS, prefix string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", Policy)
		h.Set("Permissions-Policy", permissions)
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		name := strings.TrimPrefix(path.Clean(r.URL.Path), strings.TrimSuffix(prefix, "/"))
		if err := send(w, r, files, strings.TrimPrefix(name, "/")); err != nil {
			absent(w, err)
		}
	})
}

// send sends the file of that name, or the first page when none has it.
func send(w http.ResponseWriter, r *http.Request, files fs.FS, name string) error {
	f, err := read(files, name, r.Header.Get("Accept-Encoding"))
	if errors.Is(err, fs.ErrNotExist) && !strings.HasPrefix(name, assets) {
		name = indexFile
		f, err = read(files, name, r.Header.Get("Accept-Encoding"))
	}
	if errors.Is(err, fs.ErrNotExist) {
		if name == indexFile {
			return ErrNotBuilt
		}
		return fmt.Errorf("the console has no file %q; it may have been replaced by a newer one: load the page again: %w", path.Base(name), err)
	}
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", kindOf(name))
	h.Set("Cache-Control", askAgain)
	if strings.HasPrefix(name, assets) {
		h.Set("Cache-Control", forGood)
	}
	h.Set("Vary", "Accept-Encoding")
	if f.coding != "" {
		h.Set("Content-Encoding", f.coding)
	}
	_, _ = w.Write(f.raw)
	return nil
}

// file is a file's bytes, and how they are compressed.
type file struct {
	raw    []byte
	coding string
}

// codings in which files are embedded, the smaller first, by the ends of their names.
var codings = []struct{ name, end string }{{"br", ".br"}, {"gzip", ".gz"}}

// read is a file in the first coding that the client takes, or unpacked.
func read(files fs.FS, name, accepted string) (f file, err error) {
	end := path.Ext(name)
	if name == "" || end == ".md" || slices.ContainsFunc(codings, func(c struct{ name, end string }) bool { return c.end == end }) {
		return f, fs.ErrNotExist
	}
	for _, c := range codings {
		if f.raw, err = fs.ReadFile(files, path.Join("built", name)+c.end); err == nil && takes(accepted, c.name) {
			return file{f.raw, c.name}, nil
		}
	}
	if err == nil { // gzip, the last, is there
		f.raw, err = unpack(f.raw)
		return f, err
	}
	about, err := fs.Stat(files, path.Join("built", name))
	if err != nil || about.IsDir() {
		return f, fs.ErrNotExist // or a name that no file can have
	}
	f.raw, err = fs.ReadFile(files, path.Join("built", name))
	return f, err
}

func unpack(raw []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("couldn't unpack a file of the console: %w", err)
	}
	return io.ReadAll(z)
}

// takes reads Accept-Encoding (RFC 9110 section 12.5.3): whether a client takes a coding
// that it names. One of quality 0 it doesn't.
func takes(accepted, coding string) bool {
	for part := range strings.SplitSeq(accepted, ",") {
		name, rest, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(name), coding) {
			quality, weighed := strings.CutPrefix(strings.ToLower(strings.TrimSpace(rest)), "q=")
			return !weighed || strings.Trim(quality, "0.") != ""
		}
	}
	return false
}

// kinds that the system's own tables may lack or name otherwise.
var kinds = map[string]string{
	".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".html": "text/html; charset=utf-8",
	".svg": "image/svg+xml", ".wasm": "application/wasm", ".woff2": "font/woff2", ".webmanifest": "application/manifest+json",
	".json": "application/json", ".png": "image/png",
}

func kindOf(name string) string {
	if kind, known := kinds[path.Ext(name)]; known {
		return kind
	}
	if kind := mime.TypeByExtension(path.Ext(name)); kind != "" {
		return kind
	}
	return "application/octet-stream"
}

// absent says that something isn't there.
func absent(w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	if errors.Is(err, fs.ErrNotExist) {
		status = http.StatusNotFound
	}
	if errors.Is(err, ErrNotBuilt) {
		status = http.StatusNotImplemented
	}
	http.Error(w, err.Error(), status)
}
