//go:build !linux || (!amd64 && !arm64)

package netns

import (
	"context"
	"errors"
	"net"
	"os/exec"
)

var errNotHere = errors.New("network namespaces need Linux on amd64 or arm64")

// Net is some lanes on one bridge.
type Net struct{ Lanes []*Lane }

// Lane is one namespace.
type Lane struct{ Addr string }

// Usable says why no net can be made here.
func Usable() error { return errNotHere }

// New can't make a net here.
func New(int) (*Net, error) { return nil, errNotHere }

// Close has nothing to close.
func (*Net) Close() error { return nil }

// Wrap puts nothing before a command.
func (*Lane) Wrap() []string { return nil }

// Command is the command itself.
func (*Lane) Command(name string, args ...string) *exec.Cmd { return exec.Command(name, args...) }

// Drop can't be done here.
func (*Lane) Drop(*Lane) error { return errNotHere }

// Lose can't be done here.
func (*Lane) Lose(float64) error { return errNotHere }

// Slow can't be done here.
func (*Lane) Slow(int) error { return errNotHere }

// Heal can't be done here.
func (*Lane) Heal() error { return errNotHere }

// Dial can't be done here.
func (*Lane) Dial(context.Context, string, string) (net.Conn, error) { return nil, errNotHere }
