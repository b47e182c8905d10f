package main

import (
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"pedigree/web/verify"
)

func main() {
	out := flag.String("out", "", "page to write; empty: only make the verifier")
	bundle := flag.String("bundle", "", "bundle, receipt or proof to put inside")
	trust := flag.String("trust", "", "trust file to put inside")
	flag.Parse()
	if err := run(*out, *bundle, *trust); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(out, bundle, trust string) error {
	root, err := goOutput("list", "-m", "-f", "{{.Dir}}")
	if err != nil {
		return err
	}
	dir := filepath.Join(root, "web", "verify", "built")
	if err := makeVerifier(root, dir); err != nil {
		return err
	}
	if out == "" {
		return nil
	}
	var g verify.Given
	if bundle != "" {
		g.Name = filepath.Base(bundle)
	}
	if g.Object, err = readIfNamed(bundle); err != nil {
		return err
	}
	if g.Trust, err = readIfNamed(trust); err != nil {
		return err
	}
	page, err := verify.PageFrom(os.DirFS(dir), g)
	if err != nil {
		return err
	}
	if err := os.WriteFile(out, page, 0o644); err != nil {
		return fmt.Errorf("couldn't write the page: %w", err)
	}
	fmt.Printf("%s: %d bytes\n", out, len(page))
	return nil
}

func readIfNamed(path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("couldn't read what belongs into the page: %w", err)
	}
	return b, nil
}

// makeVerifier compiles the verifier and lays it, compressed, beside the support
// script of the same toolchain.
func makeVerifier(root, dir string) error {
	raw := filepath.Join(dir, "verify.wasm")
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", raw, "./web/verify/wasm")
	build.Dir, build.Stderr = root, os.Stderr
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	if err := build.Run(); err != nil {
		return fmt.Errorf("couldn't compile the verifier: %w", err)
	}
	defer os.Remove(raw)
	wasm, err := os.ReadFile(raw)
	if err != nil {
		return fmt.Errorf("couldn't read the compiled verifier: %w", err)
	}
	packed, err := compress(wasm)
	if err != nil {
		return err
	}
	goroot, err := goOutput("env", "GOROOT")
	if err != nil {
		return err
	}
	script, err := os.ReadFile(filepath.Join(goroot, "lib", "wasm", verify.ExecFile))
	if err != nil {
		return fmt.Errorf("couldn't read Go's support script: %w", err)
	}
	for name, b := range map[string][]byte{verify.WasmFile: packed, verify.ExecFile: script} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			return fmt.Errorf("couldn't write the verifier: %w", err)
		}
	}
	fmt.Printf("verifier: %d bytes, %d compressed\n", len(wasm), len(packed))
	return nil
}

// compress gives the same bytes for the same input: no name and no time.
func compress(b []byte) ([]byte, error) {
	var buf bytes.Buffer
	w, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(b)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't compress the verifier: %w", err)
	}
	return buf.Bytes(), nil
}

func goOutput(args ...string) (string, error) {
	b, err := exec.Command("go", args...).Output()
	if err != nil {
		return "", fmt.Errorf("couldn't run go %s: %w", args[0], err)
	}
	return strings.TrimSpace(string(b)), nil
}
