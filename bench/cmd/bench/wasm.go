package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

//go:embed verify.mjs
var verifyScript []byte

// wasmWait is how long building and running the verifier may take.
const wasmWait = 5 * time.Minute

// wasm measures the verifier that web pages use, under Node. Without Node or the
// repository's sources it measures nothing and says so.
func (b *bench) wasm(ctx context.Context, e evidence) ([]figure, error) {
	list := []figure{
		{name: "receipt, checked in WebAssembly", unit: "ms"},
		{name: "provenance after 6 hops, checked in WebAssembly", unit: "ms", note: "under Node, the report as JSON included"},
		{name: "the first check in WebAssembly", unit: "ms"},
	}
	ctx, cancel := context.WithTimeout(ctx, wasmWait)
	defer cancel()
	dir, err := b.folder()
	if err != nil {
		return list, err
	}
	if reason := buildWasm(ctx, dir); reason != "" {
		list[1].note = "not measured: " + reason
		return list, nil
	}
	for name, data := range map[string][]byte{"verify.mjs": verifyScript, "trust.json": e.trust, "receipt": e.receipt, "bundle": e.many.Bundle} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			return list, fmt.Errorf("couldn't hand evidence to the verifier: %w", err)
		}
	}
	for range b.size.repeats {
		got, err := runWasm(ctx, dir, b.size.wasmRuns)
		if err != nil {
			return list, err
		}
		list[0].got.add(got.Receipt)
		list[1].got.add(got.Bundle)
		list[2].got.add(got.First)
	}
	return list, nil
}

// buildWasm makes verify.wasm and its loader in dir, or says why it can't.
func buildWasm(ctx context.Context, dir string) (reason string) {
	if _, err := exec.LookPath("node"); err != nil {
		return "node is not installed"
	}
	root, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return "the go command is not installed"
	}
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", filepath.Join(dir, "verify.wasm"), "pedigree/web/verify/wasm")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Sprintf("the verifier does not build here: %v: %s", err, firstLine(out))
	}
	loader, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return fmt.Sprintf("%s has no loader for WebAssembly", runtime.Version())
	}
	if err := os.WriteFile(filepath.Join(dir, "wasm_exec.js"), loader, 0o600); err != nil {
		return err.Error()
	}
	return ""
}

func firstLine(b []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(b)), "\n")
	return line
}

// inWasm is what the script prints: milliseconds of the first check, which
// includes what the engine compiles by then, and medians of one check.
type inWasm struct{ First, Receipt, Bundle float64 }

func runWasm(ctx context.Context, dir string, runs int) (got inWasm, err error) {
	cmd := exec.CommandContext(ctx, "node", "verify.mjs", fmt.Sprint(runs))
	cmd.Dir = dir
	out, err := cmd.Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		return got, fmt.Errorf("couldn't check evidence in WebAssembly: %w: %s", err, firstLine(failed.Stderr))
	}
	if err != nil {
		return got, fmt.Errorf("couldn't check evidence in WebAssembly: %w", err)
	}
	if err := json.Unmarshal(out, &got); err != nil {
		return got, fmt.Errorf("couldn't read what the verifier measured: %w", err)
	}
	return got, nil
}
