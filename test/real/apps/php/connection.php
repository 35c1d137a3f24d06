<?php
// The worker, and the sockets that it holds: the one it listens on, and the connection that this request came on.
$sockets = [];
foreach (scandir('/proc/self/fd') as $name) {
    $target = @readlink("/proc/self/fd/$name");
    if ($target !== false && str_starts_with($target, 'socket:')) $sockets[] = $target;
}
header('Content-Type: text/plain');
echo getmypid(), ' ', implode(' ', array_unique($sockets));
