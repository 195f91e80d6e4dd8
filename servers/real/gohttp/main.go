// A server of net/http alone, as Go's documentation has it: SIGTERM, Shutdown, exit.  With
// -reuseport another one may listen beside it, which is how it is replaced without a gap.
package main

import (
	"context"
	"errors"
	"flag"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"hupproof/answer"
)

var version = "v1" // go build -ldflags "-X main.version=v2"

const soReuseport = 15 // package syscall lacks it

var (
	listen    = flag.String("listen", "127.0.0.1:8080", "address")
	reuseport = flag.Bool("reuseport", false, "let others listen there, too")
	pidfile   = flag.String("pidfile", "", "where to write the pid, once it listens")
)

func main() {
	flag.Parse()
	lc := net.ListenConfig{Control: setReuseport}
	ln, err := lc.Listen(context.Background(), "tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	if err := writePid(*pidfile); err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Handler: answer.Handler(version)}
	gone := make(chan error)
	go func() {
		term := make(chan os.Signal, 1)
		signal.Notify(term, syscall.SIGTERM)
		<-term
		within, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		gone <- server.Shutdown(within)
	}()
	if err := server.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
	if err := <-gone; err != nil {
		log.Fatal(err)
	}
}

func setReuseport(_, _ string, c syscall.RawConn) error {
	if !*reuseport {
		return nil
	}
	var failed error
	err := c.Control(func(fd uintptr) {
		failed = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, soReuseport, 1)
	})
	if err != nil {
		return err
	}
	return failed
}

// Whole or not at all: whoever waits for it must not read half a number.
func writePid(path string) error {
	if path == "" {
		return nil
	}
	next := path + ".new"
	if err := os.WriteFile(next, []byte(strconv.Itoa(os.Getpid())+"\n"), 0o644); err != nil {
		return err
	}
	return os.Rename(next, path)
}
