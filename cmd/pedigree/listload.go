package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"pedigree/client"
)

// pauseWait is how long an interrupted command waits until the node has stopped its load,
// and askedFirst how soon a load is asked how far it is: most lists are small.
const (
	pauseWait  = 5 * time.Second
	askedFirst = 25 * time.Millisecond
)

// listState is what each load of a list tells of itself.
type listState struct {
	job          int64
	state, error string
	done, of     int
}

// listLoaded waits until a list is loaded that counts as a whole or not at all, and tells
// how far it is. Interrupted, it has the node stop the load.
func listLoaded[T any](ctx context.Context, c *cli, n *client.Client, loads string, l T, of func(T) listState) (T, error) {
	u, said, wait := of(l), time.Now(), askedFirst
	at := loads + "/" + strconv.FormatInt(u.job, 10)
	for u.state == "running" {
		select {
		case <-ctx.Done():
			return l, stopList(ctx, n, at, u)
		case <-time.After(wait):
		}
		wait = min(2*wait, migrationAsked)
		var now T
		if err := n.Get(ctx, at, &now); err != nil {
			if ctx.Err() != nil {
				continue
			}
			return l, err
		}
		l, u = now, of(now)
		if time.Since(said) > 5*time.Second && u.state == "running" {
			said = time.Now()
			c.out.say("%d of %s", u.done, counted(u.of, "line", "lines"))
		}
	}
	const again = "give the file again: it goes on where it stopped"
	switch u.state {
	case "failed":
		return l, failWith(exitFailed, again, fmt.Errorf("couldn't load it, and nothing of it counts: %s", u.error))
	case "paused":
		return l, failWith(exitFailed, again, fmt.Errorf("job %d was stopped after %d of %s, and nothing of the list counts", u.job, u.done, counted(u.of, "line", "lines")))
	}
	return l, nil
}

// stopList has the node stop a load for a command that was interrupted.
func stopList(ctx context.Context, n *client.Client, at string, u listState) error {
	why := ctx.Err()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), pauseWait)
	defer cancel()
	if err := n.Delete(ctx, at); err != nil {
		return fmt.Errorf("job %d may go on (pedigree job show %d; to stop it: pedigree job cancel %d): %w", u.job, u.job, u.job, errors.Join(why, err))
	}
	return fmt.Errorf("job %d is stopped, and nothing of the list counts; the same file again goes on: %w", u.job, why)
}

// listBegun says where a load is to be looked for that this command doesn't wait for.
func (c *cli) listBegun(told any, job int64) error {
	return c.out.result(told, func(w io.Writer) {
		fmt.Fprintf(w, "job %d loads it; next: pedigree job show %d\n", job, job)
	})
}
