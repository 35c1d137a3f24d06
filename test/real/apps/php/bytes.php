<?php
// As many bytes as were asked for, in parts.
$left = (int) $_GET['count'];
header('Content-Type: application/octet-stream');
while ($left > 0) {
    $part = min($left, 65536);
    echo str_repeat('x', $part);
    $left -= $part;
}
