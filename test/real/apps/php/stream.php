<?php
// Sends a first part, waits until a file appears beside this one, and sends the rest.
$gate = __DIR__ . '/' . basename($_GET['gate']);
header('Content-Type: text/plain');
echo "first\n";
flush();
for ($turn = 0; $turn < 1000 && !file_exists($gate); $turn++) {
    usleep(10000);
    clearstatcache();
}
echo "last\n";
