package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// scriptStranger asks a node as somebody who isn't known: stranger HOME PATH STATUS FILE.
// The answer is printed, and kept with its headers in the file.
func scriptStranger(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: stranger HOME PATH STATUS FILE")
	}
	addr, err := os.ReadFile(home{ts.MkAbs(args[0])}.address())
	ts.Check(err)
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://"+strings.TrimSpace(string(addr))+args[1], nil)
	ts.Check(err)
	res, err := http.DefaultClient.Do(r)
	ts.Check(err)
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	ts.Check(err)
	if strconv.Itoa(res.StatusCode) != args[2] {
		ts.Fatalf("%s is answered with %d: %s", args[1], res.StatusCode, answer)
	}
	fmt.Fprintf(ts.Stdout(), "%s", answer)
	res.Header.Del("Date")
	var kept bytes.Buffer
	ts.Check(res.Header.Write(&kept))
	kept.Write(answer)
	ts.Check(os.WriteFile(ts.MkAbs(args[3]), kept.Bytes(), 0o600))
}
