//go:build linux

package hostile

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Guest is an organisation that a node hosts.
type Guest struct {
	ID    string
	token string
}

// Host makes the node host one more organisation.
func (n *Node) Host(ctx context.Context, program, id string) (Guest, error) {
	out, err := exec.CommandContext(ctx, program, "hosted", "add", "--home", n.Home, "--org", id, "--name", "Pharmacy "+id+" (test)", "--role", "dispenser").CombinedOutput()
	if err != nil {
		return Guest{}, fmt.Errorf("couldn't host %s: %w: %s", id, err, out)
	}
	token, err := readToken(filepath.Join(n.Home, "orgs", id, "api.token"))
	return Guest{id, token}, err
}

// guestWait is how long a node may take to serve an organisation that was added.
const guestWait = 30 * time.Second

// Work lets a guest make a hundred receiving keys for the node's owner and look at
// its stock, and returns how long the first request took and how long the second.
func (n *Node) Work(ctx context.Context, g Guest) (first, second time.Duration, err error) {
	if first, err = n.asGuest(ctx, g, http.MethodPost, "/api/v1/prekeys", strings.NewReader(`{"partner": "maker", "count": 100}`)); err != nil {
		return 0, 0, err
	}
	second, err = n.asGuest(ctx, g, http.MethodGet, "/api/v1/inventory", http.NoBody)
	return first, second, err
}

// WaitServed returns once the node serves a guest.
func (n *Node) WaitServed(ctx context.Context, g Guest) error {
	ctx, cancel := context.WithTimeout(ctx, guestWait)
	defer cancel()
	for {
		_, err := n.asGuest(ctx, g, http.MethodGet, "/api/v1/status", http.NoBody)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (n *Node) asGuest(ctx context.Context, g Guest, method, path string, body io.Reader) (time.Duration, error) {
	r, err := http.NewRequestWithContext(ctx, method, "http://"+n.Addr+path, body)
	if err != nil {
		return 0, err
	}
	r.Header.Set("Authorization", "Bearer "+g.token)
	r.Header.Set("Content-Type", "application/json")
	began := time.Now()
	res, err := n.client.Do(r)
	if err != nil {
		return 0, err
	}
	took := time.Since(began)
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return took, fmt.Errorf("%s %s for %s was answered %d", method, path, g.ID, res.StatusCode)
	}
	return took, nil
}
