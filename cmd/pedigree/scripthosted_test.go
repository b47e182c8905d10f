package main

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"pedigree/client"
)

// scriptWaitServed waits until a host serves an organisation, or until it takes no
// more writes of it: wait-served HOME [full]
func scriptWaitServed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: wait-served HOME [full]")
	}
	ctx, cancel := context.WithTimeout(context.Background(), nodeWait)
	defer cancel()
	c := cli{out: &output{data: io.Discard, words: io.Discard}, home: ts.MkAbs(args[0])}
	n, err := c.node()
	ts.Check(err)
	for ctx.Err() == nil {
		var answer any
		err := n.Post(ctx, "/api/v1/dispenses/settle", struct{}{}, &answer)
		var p *client.Problem
		full := errors.As(err, &p) && p.Code == "hosting/full"
		if len(args) == 1 && err == nil || len(args) == 2 && full {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	ts.Fatalf("%s is not served as wanted within %s", args[0], nodeWait)
}
