package verify

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strings"
	"time"
)

// wasmFile is the verifier's name when it is served unpacked.
const wasmFile = "verify.wasm"

// Handler serves the verifier below prefix, which begins and ends with "/", to pages
// that run it themselves: verify.wasm, and wasm_exec.js, which starts it. Both hold no
// data, so everybody may have them.
func Handler(prefix string) http.Handler { return handler(built, prefix) }

func handler(files fs.FS, prefix string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, kind, file := strings.TrimPrefix(r.URL.Path, prefix), "text/javascript; charset=utf-8", ExecFile
		switch name {
		case wasmFile:
			kind, file = "application/wasm", WasmFile
		case ExecFile:
		default:
			http.NotFound(w, r)
			return
		}
		raw, err := fs.ReadFile(files, "built/"+file)
		if err != nil {
			http.Error(w, ErrNotBuilt.Error(), http.StatusNotImplemented)
			return
		}
		sum, h := sha256.Sum256(raw), w.Header()
		h.Set("Content-Type", kind)
		h.Set("Cache-Control", "no-cache") // it is asked for again, and sent when it has changed
		h.Set("ETag", fmt.Sprintf(`"%x"`, sum[:16]))
		h.Set("Vary", "Accept-Encoding")
		if file == WasmFile {
			if raw, err = packed(w, r, raw); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(raw))
	})
}

// packed is a file as it lies here, compressed, for a client that takes it so; for
// others it is unpacked.
func packed(w http.ResponseWriter, r *http.Request, raw []byte) ([]byte, error) {
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.Header().Set("Content-Encoding", "gzip")
		return raw, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err == nil {
		raw, err = io.ReadAll(z)
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't unpack the verifier: %w", err)
	}
	w.Header().Set("ETag", strings.TrimSuffix(w.Header().Get("ETag"), `"`)+`-raw"`)
	return raw, nil
}
