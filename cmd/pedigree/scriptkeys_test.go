package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"pedigree/internal/keys"
)

// scriptLeakScan searches every file of a home, and what the commands before it
// printed, for the home's secrets in the forms in which they could be written:
// leak-scan HOME PASSPHRASE-FILE [FOLDER]. With ! it must find one. With a folder it
// searches that instead of the home.
func scriptLeakScan(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: [!] leak-scan HOME PASSPHRASE-FILE [FOLDER]")
	}
	h := home{ts.MkAbs(args[0])}
	p, err := keys.FromFile(ts.MkAbs(args[1]))
	ts.Check(err)
	s := h.keyStore()
	if s.Protected() {
		ts.Check(s.Unlock(p))
	}
	forms := secretForms(ts, s)
	forms["the passphrase"] = []byte(p)
	leaks, files := 0, 0
	look := func(place string, content []byte) {
		files++
		for form, text := range forms {
			if bytes.Contains(content, text) {
				leaks++
				if !neg {
					ts.Logf("%s holds %s", place, form)
				}
			}
		}
	}
	look("standard output", []byte(ts.ReadFile("stdout")))
	look("standard error", []byte(ts.ReadFile("stderr")))
	dir := h.dir
	if len(args) == 3 {
		dir = ts.MkAbs(args[2])
	}
	ts.Check(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		look(path, content)
		return err
	}))
	if files < 10 {
		ts.Fatalf("there are %d files only; did the node run?", files)
	}
	if neg != (leaks > 0) {
		ts.Fatalf("%d secrets found in plain", leaks)
	}
}

// secretForms are the texts that must not be seen: each secret as bytes, in both
// cases of hexadecimal, and in base64 as whole keys are written.
func secretForms(ts *testscript.TestScript, s secrets) map[string][]byte {
	raw := map[string][]byte{}
	for _, n := range []keys.Name{keys.Organisation, keys.Custody, keys.Token} {
		b, err := s.bytes(n)
		ts.Check(err)
		raw[string(n)] = b[:]
	}
	k, err := s.vaultKey()
	ts.Check(err)
	raw["vault"] = k[:]
	engine, err := s.engineKeys()
	ts.Check(err)
	for name, text := range map[string][]byte{"node": engine.Node, "consensus": engine.Consensus} {
		var file struct {
			Key struct{ Value []byte } `json:"priv_key"`
		}
		ts.Check(json.Unmarshal(text, &file))
		if len(file.Key.Value) != ed25519.PrivateKeySize {
			ts.Fatalf("the %s key has %d bytes", name, len(file.Key.Value))
		}
		raw[name] = file.Key.Value[:32]
		raw[name+" whole"] = file.Key.Value
	}
	forms := map[string][]byte{}
	for name, b := range raw {
		forms[name+", as bytes"] = b
		forms[name+", in hexadecimal"] = []byte(hex.EncodeToString(b))
		forms[name+", in capitals"] = []byte(strings.ToUpper(hex.EncodeToString(b)))
		// 32 bytes end within a group of three: what follows may differ in the last.
		forms[name+", in base64"] = []byte(base64.StdEncoding.EncodeToString(b[:30]))
		forms[name+", in base64 for URLs"] = []byte(base64.URLEncoding.EncodeToString(b[:30]))
	}
	forms["an identity of age"] = []byte("AGE-SECRET-KEY-")
	return forms
}

// scriptSheetLines takes the nine lines out of a printed sheet, as they are typed
// back: sheet-lines SHEET FILE [mistyped]. Mistyped, line 3 comes wrong first.
func scriptSheetLines(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: sheet-lines SHEET FILE [mistyped]")
	}
	var lines []string
	for line := range strings.SplitSeq(ts.ReadFile(args[0]), "\n") {
		number, rest, _ := strings.Cut(strings.TrimSpace(line), "   ")
		if len(number) != 1 || number < "1" || number > "9" {
			continue
		}
		if number == "3" && len(args) == 3 {
			wrong := "Z"
			if strings.HasPrefix(rest, wrong) {
				wrong = "Y"
			}
			lines = append(lines, wrong+rest[1:])
		}
		lines = append(lines, strings.ToLower(rest))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(strings.Join(lines, "\n")+"\n"), 0o600))
}

// scriptWaitGone waits until a file is no longer there: wait-gone FILE
func scriptWaitGone(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: wait-gone FILE")
	}
	for end := time.Now().Add(nodeWait); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if _, err := os.Lstat(ts.MkAbs(args[0])); errors.Is(err, fs.ErrNotExist) {
			return
		}
	}
	ts.Fatalf("%s is still there after %s", args[0], nodeWait)
}

// scriptMetric waits until a node's figure has a value: metric HOME NAME VALUE
func scriptMetric(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: metric HOME NAME VALUE")
	}
	ctx, cancel := context.WithTimeout(context.Background(), nodeWait)
	defer cancel()
	c := &cli{home: ts.MkAbs(args[0])}
	var figures string
	for ; ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
		n, err := c.node()
		ts.Check(err)
		if text, err := n.File(ctx, "/metrics"); err == nil {
			figures = string(text)
		}
		if strings.Contains(figures, "\n"+args[1]+" "+args[2]+"\n") {
			return
		}
	}
	ts.Fatalf("%s didn't come to be %s within %s in:\n%s", args[1], args[2], nodeWait, figures)
}

// scriptToken writes a home's access token as it is sent: token HOME FILE
func scriptToken(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: token HOME FILE")
	}
	text, err := home{ts.MkAbs(args[0])}.accessToken()
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text+"\n"), 0o600))
}
