package verify

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// Names of the files that web/verify/build makes.
const (
	WasmFile = "verify.wasm.gz"
	ExecFile = "wasm_exec.js"
)

//go:embed built
var built embed.FS

//go:embed page.html page.css page.js
var source embed.FS

// ErrNotBuilt says that the program has no verifier inside.
var ErrNotBuilt = errors.New("this program was built without the verifier for browsers; run go run ./web/verify/build and build it again")

// Given is what a page holds besides the verifier. The zero Given is an empty page
// that asks for files.
type Given struct {
	Object []byte // a bundle, receipt or proof; nil: the reader chooses a file
	Trust  []byte // a trust file; nil: the reader chooses one
	Name   string // what the object is called, such as its file's name
}

// Ready reports whether Page can write pages.
func Ready() bool {
	_, err := fs.Stat(built, "built/"+WasmFile)
	return err == nil
}

// Page writes a page with the verifier that this program was built with.
func Page(g Given) ([]byte, error) {
	if !Ready() {
		return nil, ErrNotBuilt
	}
	dir, err := fs.Sub(built, "built")
	if err != nil {
		return nil, fmt.Errorf("couldn't read the verifier: %w", err)
	}
	return PageFrom(dir, g)
}

// PageFrom writes a page with the verifier in dir, which holds WasmFile and ExecFile.
func PageFrom(dir fs.FS, g Given) ([]byte, error) {
	wasm, err := fs.ReadFile(dir, WasmFile)
	if err != nil {
		return nil, fmt.Errorf("couldn't read the verifier: %w", err)
	}
	exec, err := fs.ReadFile(dir, ExecFile)
	if err != nil {
		return nil, fmt.Errorf("couldn't read Go's support script: %w", err)
	}
	parts, err := sourceParts()
	if err != nil {
		return nil, err
	}
	script := string(exec) + "\n" + parts["page.js"]
	if strings.Contains(strings.ToLower(script+parts["page.css"]), "</s") {
		return nil, errors.New("couldn't write the page: a script or style would end early")
	}
	policy := "default-src 'none'; script-src " + sourceHash(script) + " 'wasm-unsafe-eval'; style-src " + sourceHash(parts["page.css"]) +
		"; base-uri 'none'; form-action 'none'"
	page := strings.NewReplacer(
		"{{policy}}", policy, "{{style}}", parts["page.css"], "{{script}}", script, "{{wasm}}", text64(wasm),
		"{{object}}", text64(g.Object), "{{trust}}", text64(g.Trust), "{{name}}", text64([]byte(g.Name)),
	).Replace(parts["page.html"])
	return []byte(page), nil
}

func sourceParts() (map[string]string, error) {
	parts := map[string]string{}
	for _, name := range []string{"page.html", "page.css", "page.js"} {
		b, err := source.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("couldn't read the page's %s: %w", name, err)
		}
		parts[name] = string(b)
	}
	return parts, nil
}

// sourceHash names an inline script or style in a content security policy.
func sourceHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func text64(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
