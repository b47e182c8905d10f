//go:build !linux

package main

import (
	"context"
	"errors"
)

func hostingSection(context.Context, *bench) ([]figure, error) {
	return nil, errors.New("a node's memory is read on Linux only")
}
