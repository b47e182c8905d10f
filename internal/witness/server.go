package witness

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
)

// The routes of a witness. What they carry is public and proves itself, so that they
// need neither a key nor TLS.
const (
	cosignPath     = "/v1/cosign"
	checkpointPath = "/v1/checkpoint"
	forkPath       = "/v1/fork"
)

// Server lets nodes ask a witness, after the habit of https://c2sp.org/tlog-witness:
// a proof that doesn't begin where the witness stands is answered with 409 and the
// height to begin at. It differs where a ledger's log does: the proof carries
// validators' signatures in place of the log's own.
type Server struct {
	log  *slog.Logger
	room chan struct{}

	mu      sync.Mutex
	witness *Witness
	fork    *Fork         // after which nothing is cosigned
	found   chan struct{} // closed then
}

// NewServer serves a witness, which nothing else may use meanwhile but With.
func NewServer(w *Witness, log *slog.Logger) *Server {
	return &Server{witness: w, log: log, room: make(chan struct{}, servedMax), found: make(chan struct{})}
}

// With uses the witness while no request does. A fork that use finds is the end of
// cosigning here too.
func (s *Server) With(use func(*Witness) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fork != nil {
		return s.fork
	}
	err := use(s.witness)
	if errors.As(err, &s.fork) {
		close(s.found)
	}
	return err
}

// Found is closed when a fork is found.
func (s *Server) Found() <-chan struct{} { return s.found }

// Forked is the fork that was found, or nil.
func (s *Server) Forked() *Fork {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fork
}

// Name adds whose the validators are to the fork that was found.
func (s *Server) Name(prove func(key []byte) ([]byte, error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fork == nil {
		return nil
	}
	return s.witness.Name(s.fork, prove)
}

// Handler answers POST /v1/cosign with the cosigned checkpoint, GET /v1/checkpoint
// with the last one and GET /v1/fork with the proof of a fork.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+cosignPath, s.cosign)
	mux.HandleFunc("GET "+checkpointPath, s.file(checkpointFile, "text/plain; charset=utf-8"))
	mux.HandleFunc("GET "+forkPath, s.file(forkFile, "application/cbor"))
	return mux
}

func (s *Server) cosign(w http.ResponseWriter, r *http.Request) {
	select {
	case s.room <- struct{}{}:
		defer func() { <-s.room }()
	default:
		w.Header().Set("Retry-After", "5")
		http.Error(w, "too many ask at once; ask again in some seconds", http.StatusTooManyRequests)
		return
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, proofBytesMax))
	if err != nil {
		http.Error(w, fmt.Sprintf("a proof has at most %d bytes", proofBytesMax), http.StatusRequestEntityTooLarge)
		return
	}
	note, from, err := s.take(raw)
	switch fork := (*Fork)(nil); {
	case errors.As(err, &fork):
		http.Error(w, fork.Error()+"; this witness cosigns nothing any more, and GET "+forkPath+" proves it", http.StatusForbidden)
	case errors.Is(err, ErrStands):
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(http.StatusConflict)
		fmt.Fprintf(w, "%d\n", from)
	case errors.Is(err, ErrProof):
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
	case err != nil:
		s.log.Error("couldn't cosign", "error", err)
		http.Error(w, "this witness can't note what it sees", http.StatusInternalServerError)
	default:
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write(note)
	}
}

// take hands a proof to the witness, and says where it stands.
func (s *Server) take(raw []byte) (note []byte, from uint64, err error) {
	err = s.With(func(w *Witness) error {
		note, err = w.Take(raw)
		from = w.From()
		return err
	})
	var fork *Fork
	switch {
	case errors.As(err, &fork):
		s.log.Error("found a fork, and cosigns nothing any more", "height", fork.Proof.First.Header.Signed.Header.Height)
	case err == nil:
		s.log.Info("cosigned a checkpoint", "header", strconv.FormatUint(from, 10))
	}
	return note, from, err
}

func (s *Server) file(name, kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		raw, err := os.ReadFile(filepath.Join(s.witness.config.Dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			http.Error(w, "there is none", http.StatusNotFound)
			return
		}
		if err != nil {
			s.log.Error("couldn't read a file of the witness", "error", err)
			http.Error(w, "it can't be read", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write(raw)
	}
}
