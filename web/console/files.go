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
	raw, packed, err := read(files, name)
	if errors.Is(err, fs.ErrNotExist) && !strings.HasPrefix(name, assets) {
		name = indexFile
		raw, packed, err = read(files, name)
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
	if packed {
		h.Set("Vary", "Accept-Encoding")
		if takesGzip(r) {
			h.Set("Content-Encoding", "gzip")
		} else if raw, err = unpack(raw); err != nil {
			return err
		}
	}
	_, _ = w.Write(raw)
	return nil
}

// read is a file as it is embedded, and whether it is compressed.
func read(files fs.FS, name string) (raw []byte, packed bool, err error) {
	if name == "" || strings.HasSuffix(name, ".gz") || strings.HasSuffix(name, ".md") {
		return nil, false, fs.ErrNotExist
	}
	if raw, err = fs.ReadFile(files, path.Join("built", name)+".gz"); err == nil {
		return raw, true, nil
	}
	about, err := fs.Stat(files, path.Join("built", name))
	if err != nil || about.IsDir() {
		return nil, false, fs.ErrNotExist // or a name that no file can have
	}
	raw, err = fs.ReadFile(files, path.Join("built", name))
	return raw, false, err
}

func unpack(raw []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("couldn't unpack a file of the console: %w", err)
	}
	return io.ReadAll(z)
}

// takesGzip reads Accept-Encoding (RFC 9110 section 12.5.3) as far as it matters here.
func takesGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, quality, _ := strings.Cut(part, ";")
		if c := strings.ToLower(strings.TrimSpace(coding)); c == "gzip" || c == "*" {
			return strings.TrimLeft(strings.TrimPrefix(strings.TrimSpace(quality), "q="), "0.") != "" || strings.TrimSpace(quality) == ""
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
