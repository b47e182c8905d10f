//go:build !linux

package main

import (
	"context"
	"errors"
)

func hostileSection(context.Context, *bench) ([]figure, error) {
	return nil, errors.New("a node's memory under attack is read on Linux only")
}

// raiding runs no attackers.
func raiding() bool { return false }
