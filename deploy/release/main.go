package main

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// release is what is made, and of what.
type release struct {
	root    string // of the repository
	binary  string
	version string // as git describes it
	arch    string // as Debian names it
	made    time.Time
	out     string
}

func run(args []string) error {
	flags := flag.NewFlagSet("release", flag.ContinueOnError)
	var r release
	flags.StringVar(&r.root, "root", ".", "root of the repository")
	flags.StringVar(&r.binary, "binary", "bin/pedigree", "the built program")
	flags.StringVar(&r.version, "version", "", "its version (required)")
	flags.StringVar(&r.arch, "arch", "amd64", "architecture it is built for")
	flags.StringVar(&r.out, "out", "dist", "folder for what is made")
	licences := flags.Bool("licences", false, "only write internal/bom/licences.txt anew")
	seconds := flags.Int64("time", 0, "time of every file, as Unix seconds; the commit's (required)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *licences {
		return r.writeLicences()
	}
	if r.version == "" || *seconds <= 0 {
		return fmt.Errorf("couldn't begin: -version and -time are required; make package gives them")
	}
	r.made = time.Unix(*seconds, 0).UTC()
	return r.make()
}

// make writes everything into the folder for it.
func (r release) make() error {
	materials, err := r.materials()
	if err != nil {
		return err
	}
	files, err := r.files(materials)
	if err != nil {
		return err
	}
	pkg, err := r.debian(files)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(r.out, 0o755); err != nil {
		return fmt.Errorf("couldn't make the folder %s: %w", r.out, err)
	}
	var sums strings.Builder
	for _, f := range []struct {
		name string
		body []byte
	}{
		{fmt.Sprintf("pedigree_%s_%s.cdx.json", debianVersion(r.version), r.arch), materials},
		{fmt.Sprintf("pedigree_%s_%s.deb", debianVersion(r.version), r.arch), pkg},
	} {
		if err := os.WriteFile(filepath.Join(r.out, f.name), f.body, 0o644); err != nil {
			return fmt.Errorf("couldn't write %s: %w", f.name, err)
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(f.body), f.name)
		fmt.Printf("%s: %d bytes\n", filepath.Join(r.out, f.name), len(f.body))
	}
	if err := os.WriteFile(filepath.Join(r.out, "SHA256SUMS"), []byte(sums.String()), 0o644); err != nil {
		return fmt.Errorf("couldn't write the hashes: %w", err)
	}
	return nil
}

// debianVersion is a version as Debian orders them: v1.2.3-4-gabcdef0 comes after
// 1.2.3, and what has no number before everything.
func debianVersion(version string) string {
	v := strings.TrimPrefix(version, "v")
	v = strings.ReplaceAll(v, "-", "+")
	if v == "" || v[0] < '0' || v[0] > '9' || !strings.Contains(v, ".") {
		return "0~" + v
	}
	return v
}
