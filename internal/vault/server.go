package vault

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
)

// Server is a PostgreSQL database, of version 15 or later, in which many vaults
// may be, each with a schema of its own. They share its connections: the number
// of vaults doesn't change the number of connections.
type Server struct {
	config   *pgx.ConnConfig
	password string // file
	log      *slog.Logger
	writers  *sql.DB
	readers  *sql.DB
	locks    *locks
}

// ServerConfig says where a Server is.
type ServerConfig struct {
	// URL is postgres://USER@HOST:PORT/DATABASE, without a password; see CheckURL.
	URL string

	// PasswordFile holds the password alone, for its owner's eyes alone. It may be
	// empty: the server may know the system's user, or a certificate.
	PasswordFile string

	// Connections is how many are opened at most, 4 to 500, beside one that holds
	// the locks; a third of them is kept for writing.
	// Default: 24.
	Connections int

	// Logger gets what an operator must know.
	// Default: slog.Default().
	Logger *slog.Logger
}

// Connect opens the first connection to a server and checks that the server
// keeps what it acknowledges: version, encoding, fsync, full_page_writes,
// synchronous_commit, data_sync_retry. ErrAway: it can't be reached.
func Connect(ctx context.Context, c ServerConfig) (*Server, error) {
	s, err := connect(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("couldn't connect to the database server: %w", err)
	}
	return s, nil
}

func connect(ctx context.Context, c ServerConfig) (*Server, error) {
	c.Connections = or(c.Connections, connectionsDefault)
	if c.Connections < connectionsMin || c.Connections > connectionsMax {
		return nil, fmt.Errorf("%d connections are outside %d to %d", c.Connections, connectionsMin, connectionsMax)
	}
	s, err := prepare(c)
	if err != nil {
		return nil, err
	}
	writers := c.Connections / 3
	s.writers, s.readers = s.pool(writers), s.pool(c.Connections-writers)
	if err := s.readers.PingContext(ctx); err != nil {
		return nil, errors.Join(err, s.readers.Close(), s.writers.Close())
	}
	s.locks = newLocks(s)
	return s, nil
}

// prepare makes a server without connections.
func prepare(c ServerConfig) (*Server, error) {
	config, err := parseURL(c.URL)
	if err != nil {
		return nil, err
	}
	for name, value := range sessionSettings() {
		config.RuntimeParams[name] = value
	}
	config.StatementCacheCapacity = statementsCached
	config.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		// The server is asked to stop; the connection goes on.
		return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: cancelPatience}
	}
	s := &Server{config: config, password: c.PasswordFile, log: c.Logger}
	if s.log == nil {
		s.log = slog.Default()
	}
	return s, nil
}

func (s *Server) pool(connections int) *sql.DB {
	db := sql.OpenDB(connector{s})
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	db.SetConnMaxIdleTime(idleConnection)
	return db
}

// Close closes the connections. The vaults on the server are closed before.
func (s *Server) Close() error {
	return errors.Join(s.locks.close(), s.readers.Close(), s.writers.Close())
}

// place is where the server is, for people; it holds no secret.
func (s *Server) place() string {
	return fmt.Sprintf("database %s of the PostgreSQL server at %s:%d", s.config.Database, s.config.Host, s.config.Port)
}

// dial opens a connection and checks what the server promises on it.
func (s *Server) dial(ctx context.Context) (*pgx.Conn, error) {
	conn, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	broken, err := brokenPromises(ctx, conn)
	if err == nil && len(broken) > 0 {
		err = errors.New(broken[0])
	}
	if err != nil {
		return nil, errors.Join(away(ctx, err), hangUp(conn))
	}
	return conn, nil
}

// open opens a connection.
func (s *Server) open(ctx context.Context) (*pgx.Conn, error) {
	c := s.config.Copy()
	if s.password != "" {
		var err error
		if c.Password, err = readPassword(s.password); err != nil {
			return nil, fmt.Errorf("couldn't read the password of the database server: %w", err)
		}
	}
	conn, err := pgx.ConnectConfig(ctx, c)
	if err != nil {
		return nil, away(ctx, err)
	}
	return conn, nil
}

func hangUp(conn *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(context.Background(), hangUpPatience)
	defer cancel()
	return conn.Close(ctx)
}

// promises are the settings without which an acknowledged write can be lost.
var promises = []struct {
	name string
	good func(value string) bool
	need string
}{
	{"server_version_num", func(v string) bool { return len(v) == 6 && v >= "150000" }, "the server must be PostgreSQL 15 or later"},
	{"server_encoding", func(v string) bool { return v == "UTF8" }, "the database must have the encoding UTF8"},
	{"fsync", isOn, "fsync must be on, or a loss of power destroys the database"},
	{"full_page_writes", isOn, "full_page_writes must be on, or a loss of power destroys pages"},
	{"synchronous_commit", func(v string) bool { return v != "off" }, "synchronous_commit must not be off, for this user or this database either, or a crash takes back what was acknowledged"},
	{"data_sync_retry", func(v string) bool { return v == "off" }, "data_sync_retry must be off: after a failed sync, a second one reports what the first lost as done"},
	{"transaction_read_only", func(v string) bool { return v == "off" }, "the server must take writes: this one is a standby, or read-only"},
}

func isOn(v string) bool { return v == "on" }

// brokenPromises are those that the server doesn't keep, each with what is needed.
func brokenPromises(ctx context.Context, conn *pgx.Conn) (broken []string, err error) {
	var query []string
	for _, p := range promises {
		query = append(query, "current_setting('"+p.name+"')")
	}
	values := make([]string, len(promises))
	into := make([]any, len(promises))
	for i := range values {
		into[i] = &values[i]
	}
	if err := conn.QueryRow(ctx, "SELECT "+strings.Join(query, ", ")).Scan(into...); err != nil {
		return nil, err
	}
	for i, p := range promises {
		if !p.good(values[i]) {
			broken = append(broken, fmt.Sprintf("%s: %s is %s", p.need, p.name, values[i]))
		}
	}
	return broken, nil
}

// connector makes the connections of a pool.
type connector struct{ server *Server }

// Connect implements driver.Connector.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.server.dial(ctx)
	if err != nil {
		return nil, err
	}
	return &gresConn{conn: conn, used: time.Now()}, nil
}

// Driver implements driver.Connector.
func (c connector) Driver() driver.Driver { return noDriver{} }

// noDriver opens nothing by name: connections come from a connector.
type noDriver struct{}

// Open implements driver.Driver.
func (noDriver) Open(string) (driver.Conn, error) {
	return nil, errors.New("connect with vault.Connect")
}
